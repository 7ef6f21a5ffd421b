import { isContentOfType, TAIL_BYTES } from '#lib/domain/documents/file-type.ts';
import type { Database } from '#lib/server/db/client.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import type { StoredFile } from './file-rows.ts';
import { WINDOW_BYTES, type FilesRepository } from './files.repository.ts';
import type { UploadsRepository } from './uploads.repository.ts';

export type UploadCheck = ReturnType<typeof createUploadCheck>;

/** Looks at an upload once all of it is here: what was announced, and of the announced kind? */
export function createUploadCheck(parts: {
	readonly db: Database;
	readonly files: Pick<FilesRepository, 'pieces'>;
	readonly uploads: Pick<UploadsRepository, 'settle'>;
}) {
	const { db, files, uploads } = parts;

	async function readWhole(file: StoredFile): Promise<Uint8Array> {
		const whole = new Uint8Array(file.sizeBytes);
		let at = 0;
		for (let fromByte = 0; fromByte < file.sizeBytes; fromByte += WINDOW_BYTES) {
			const [pieces] = await db.read(files.pieces(file.id, fromByte));
			for (const piece of pieces) {
				whole.set(piece, at);
				at += piece.length;
			}
		}
		if (at !== file.sizeBytes) throw new Error('a full upload lacks bytes');
		return whole;
	}

	/** Whether the bytes are what was announced, and of the announced kind. */
	async function judge(
		file: Pick<StoredFile, 'sha256' | 'type'>,
		whole: Uint8Array
	): Promise<'complete' | 'refused'> {
		const isAnnounced =
			(await sha256Hex(whole)) === file.sha256 &&
			isContentOfType(file.type, whole.subarray(0, TAIL_BYTES), whole.subarray(-TAIL_BYTES));
		return isAnnounced ? 'complete' : 'refused';
	}

	return {
		isFull: (file: StoredFile): boolean =>
			file.state === 'open' && file.receivedBytes === file.sizeBytes,

		judge,

		/**
		 * Reads back what was really stored and settles the upload by it. May run twice for one upload
		 * (a crash before the answer, two requests at once): both come to the same end.
		 */
		async settle(file: StoredFile): Promise<'complete' | 'refused'> {
			const state = await judge(file, await readWhole(file));
			const done = await db.commit(uploads.settle(file.id, state));
			if (!done.ok) throw new Error('settling an upload has no condition');
			return state;
		}
	};
}
