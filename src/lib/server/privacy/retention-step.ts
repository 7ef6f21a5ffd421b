import type { Read, Write } from '#lib/server/db/client.ts';

/** A row whose time is over; a claim with what hangs on it. */
export type OverdueRow = {
	readonly id: string;
	readonly submissionId?: string;
	readonly fileIds?: readonly string[];
};

/**
 * A kind of rows whose time is over: the next of them, and the write that removes those. The write
 * repeats the condition, so that two runs at once, or a hold placed between the two, do no harm.
 */
export type RetentionStep = {
	readonly name: string;
	readonly find: (limit: number) => Read<readonly OverdueRow[]>;
	readonly remove: (found: readonly OverdueRow[]) => Write;
};
