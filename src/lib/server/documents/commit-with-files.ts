// Acts that travel with their files: small ones in the batch of the act, larger ones before it.
import type { Actor } from '#lib/domain/actor.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { Bounds, ThrottleService } from '#lib/server/accounts/throttle.service.ts';
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

export type ActWithFiles = FilesOfAct & {
	readonly conditions: readonly Write[];
	/** The act itself, with the files it carries. */
	readonly message: (
		files: readonly Pick<ReceivedFile, 'id' | 'listed'>[]
	) => Promise<readonly Write[]>;
};

/** Both of it; answers the ids of the files. */
export async function sendWithFiles(
	parts: FilingParts,
	act: ActWithFiles
): Promise<Result<readonly string[]>> {
	const judged = await judgeFiles(parts, act);
	if (!judged.ok) return judged;
	const done = await commitWithFiles(parts.db, judged.value, {
		conditions: act.conditions,
		act: await act.message(judged.value)
	});
	return done.ok ? ok(judged.value.map(({ id }) => id)) : done;
}

/** The same for a customer, within a limit: `portal/limit-reached` is logged once a window. */
export async function sendFilesWithin(
	parts: FilingParts & {
		readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
		/** Told when a file is whole: it is looked through after the answer. */
		readonly onComplete: (fileId: string) => void;
	},
	bounds: Bounds,
	act: ActWithFiles
): Promise<Result<void>> {
	const reserved = await parts.throttle.reserve(bounds.scope, bounds.key, bounds.limit);
	const sent = await sendWithFiles(parts, { ...act, conditions: [reserved, ...act.conditions] });
	if (!sent.ok)
		return sent.error.code === 'portal/limit-reached' ? parts.throttle.refuse(bounds) : sent;
	sent.value.forEach(parts.onComplete);
	return ok(undefined);
}
