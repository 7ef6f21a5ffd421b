import type { Read } from './client.ts';

/** Whose data are asked for. Their key was learnt with the session. */
export type Subject = { readonly accountId: string; readonly personId: string };

/**
 * One part of a customer's copy of their data (Art. 15, 20 GDPR). Each room offers its own; a test
 * holds their names against the tables of the schema (D10).
 */
export type PersonalSection = {
	/** Key in `data.json`. */
	readonly name: string;
	/** Plain JSON: no hashes, no secrets, times as ISO texts. */
	read(subject: Subject): Read<unknown>;
};

/** An instant as ISO 8601 in UTC; null stays null. */
export function isoTime(atMs: number | null): string | null {
	return atMs === null ? null : new Date(atMs).toISOString();
}
