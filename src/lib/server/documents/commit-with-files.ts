// Acts that travel with their files: small ones in the batch of the act, larger ones before it.
import type { Actor } from '#lib/domain/actor.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ReceivedFile, ReceivedFiles } from './received-files.ts';

/** What one batch stores (decision 0022). */
const ONE_BATCH_BYTES = 2 * 1024 * 1024;

/** A file as a form brings it, with the name of its field. */
export type Attached = {
	readonly field: string;
	readonly name: string;
	readonly bytes: Uint8Array<ArrayBuffer>;
};

export type FilesOfAct = {
	/** Whose files they are, and whose key seals them. */
	readonly owner: Pick<Actor, 'accountId' | 'personId'>;
	readonly attached: readonly Attached[];
	readonly nowMs: number;
};

export type FilingParts = {
	readonly db: Database;
	readonly ids: Ids;
	readonly receivedFiles: Pick<ReceivedFiles, 'take'>;
};

/** Judges every file before the first is stored; fails with the issue of the first that does not do. */
export async function judgeFiles(
	parts: Pick<FilingParts, 'ids' | 'receivedFiles'>,
	{ owner, attached, nowMs }: FilesOfAct
): Promise<Result<readonly ReceivedFile[]>> {
	const files = [];
	for (const { field, ...upload } of attached) {
		const taken = await parts.receivedFiles.take(owner, upload, { id: parts.ids.newId(), nowMs });
		if (taken.ok) files.push(taken.value);
		else {
			const issue = taken.error.issues?.['file'] ?? 'invalid';
			return failed('invalid', 'portal/invalid-input', { [field]: issue });
		}
	}
	return ok(files);
}

/**
 * One batch where all files are small, else two megabytes a batch and the act in the last. A file
 * whose act fails belongs to nothing and goes with the unsent ones. They lie in quarantine.
 */
export async function commitWithFiles(
	db: Database,
	files: readonly ReceivedFile[],
	{
		conditions,
		act
	}: {
		/** What must hold before anything is stored. */
		readonly conditions: readonly Write[];
		readonly act: readonly Write[];
	}
): Promise<Result<void>> {
	const steps: (readonly Write[])[] = [];
	for (const file of files)
		for (let index = 0; index < file.batches; index += 1) steps.push(await file.batch(index));
	steps.push(act);
	const size = files.reduce((sum, { listed }) => sum + listed.sizeBytes, 0);
	const batches = size <= ONE_BATCH_BYTES ? [steps.flat()] : steps;
	for (const [index, writes] of batches.entries()) {
		const done = await db.commit(...(index === 0 ? conditions : []), ...writes);
		if (!done.ok) return done;
	}
	return ok(undefined);
}

/** Both of it, for acts that need to know no more of their files than the ids. */
export async function sendWithFiles(
	parts: FilingParts,
	act: FilesOfAct & {
		readonly conditions: readonly Write[];
		/** The message itself, with the files it carries. */
		readonly message: (fileIds: readonly string[]) => Promise<readonly Write[]>;
	}
): Promise<Result<readonly string[]>> {
	const judged = await judgeFiles(parts, act);
	if (!judged.ok) return judged;
	const fileIds = judged.value.map(({ id }) => id);
	const done = await commitWithFiles(parts.db, judged.value, {
		conditions: act.conditions,
		act: await act.message(fileIds)
	});
	return done.ok ? ok(fileIds) : done;
}
