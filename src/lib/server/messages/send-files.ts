// Messages travel with their files: small ones in the batch of the message, larger ones before it.
import type { Actor } from '#lib/domain/actor.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Ids } from '#lib/server/platform/ids.ts';

/** What one batch stores (decision 0022). */
const ONE_BATCH_BYTES = 2 * 1024 * 1024;

type Owner = Pick<Actor, 'accountId' | 'personId'>;

/** A file as a form brings it, with the name of its field. */
export type Attached = {
	readonly field: string;
	readonly name: string;
	readonly bytes: Uint8Array<ArrayBuffer>;
};

/** The documents room's way in for files that no device has cut into pieces (decision 0052). */
export type ReceivedFiles = {
	take(
		owner: Owner,
		upload: Omit<Attached, 'field'>,
		fresh: { readonly id: string; readonly nowMs: number }
	): Promise<
		Result<{
			readonly id: string;
			readonly batches: number;
			batch(index: number): Promise<readonly Write[]>;
		}>
	>;
};

type Act = {
	/** Whose the message is, and whose key seals the files. */
	readonly owner: Owner;
	readonly attached: readonly Attached[];
	readonly nowMs: number;
	/** What must hold before anything is stored. */
	readonly conditions: readonly Write[];
	/** The message itself, with the files it carries. */
	readonly message: (fileIds: readonly string[]) => Promise<readonly Write[]>;
};

/**
 * Judges every file before it stores the first; then one batch where all of it is small, else two
 * megabytes a batch and the message in the last. A file whose message fails belongs to nothing and
 * goes with the unsent ones. Answers the ids of the files, which lie in quarantine.
 */
export async function sendWithFiles(
	parts: { readonly db: Database; readonly ids: Ids; readonly receivedFiles: ReceivedFiles },
	{ owner, attached, nowMs, conditions, message }: Act
): Promise<Result<readonly string[]>> {
	const files = [];
	for (const { field, ...upload } of attached) {
		const taken = await parts.receivedFiles.take(owner, upload, { id: parts.ids.newId(), nowMs });
		if (taken.ok) files.push(taken.value);
		else {
			const issue = taken.error.issues?.['file'] ?? 'invalid';
			return failed('invalid', 'portal/invalid-input', { [field]: issue });
		}
	}
	const steps: (readonly Write[])[] = [];
	for (const file of files)
		for (let index = 0; index < file.batches; index += 1) steps.push(await file.batch(index));
	const fileIds = files.map(({ id }) => id);
	steps.push(await message(fileIds));
	const size = attached.reduce((sum, { bytes }) => sum + bytes.length, 0);
	const batches = size <= ONE_BATCH_BYTES ? [steps.flat()] : steps;
	for (const [index, writes] of batches.entries()) {
		const done = await parts.db.commit(...(index === 0 ? conditions : []), ...writes);
		if (!done.ok) return done;
	}
	return ok(fileIds);
}
