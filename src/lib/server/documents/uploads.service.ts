import * as v from 'valibot';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import {
	MAX_FILE_BYTES,
	MAX_FILES,
	type ManifestFile,
	type Submission
} from '#lib/domain/claims/claim.schema.ts';
import type { ErrorCode } from '#lib/domain/result.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { answerTus, TusRefusal, type TusStore } from '#lib/server/platform/tus.ts';
import { PIECE_BYTES, type StoredFile } from './file-rows.ts';
import type { FilesRepository } from './files.repository.ts';
import type { UploadCheck } from './upload-check.ts';
import type { UploadsRepository } from './uploads.repository.ts';

export const UPLOADS_PATH = '/api/uploads';

/** Of one account on the way in, all open submissions together (security.md F2). */
export const UPLOAD_QUOTA_BYTES = MAX_FILES * MAX_FILE_BYTES;

/** A file sent byte by byte would be millions of rows, too many for whoever reads it back. */
const MIN_PIECE_BYTES = 512;

const metadataSchema = v.object({
	submissionId: v.pipe(v.string(), v.uuid()),
	attachmentId: v.pipe(v.string(), v.uuid())
});

/** What the claims room knows of a submission; a structural type, so that rooms do not import each other. */
type SubmissionsOfOwner = {
	find(
		id: string,
		owner: Pick<Actor, 'accountId' | 'personId'>
	): Read<{
		readonly state: 'open' | 'committed' | 'withdrawn';
		readonly submission: Submission | null;
	} | null>;
};

type Parts = {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly submissions: SubmissionsOfOwner;
	readonly uploads: UploadsRepository;
	readonly files: Pick<FilesRepository, 'piecesOfEnding'>;
	readonly check: UploadCheck;
};

export type UploadsService = ReturnType<typeof createUploadsService>;

export function createUploadsService(parts: Parts) {
	return {
		/** Answers a request of the tus protocol for the actor's own uploads. */
		async answer(actor: Actor, request: Request): Promise<Response> {
			const permission = requirePermission(actor, 'claim/submit');
			const store = permission.ok
				? storeOf(actor, parts, endByteOf(request))
				: refuseAll(permission.error.code);
			return answerTus(request, { path: UPLOADS_PATH, maxBytes: MAX_FILE_BYTES, store });
		}
	};
}

/** Where the bytes of a request end in their file, as it announces it; 0 when it brings none. */
function endByteOf(request: Request): number {
	const offset = Number(request.headers.get('upload-offset') ?? Number.NaN);
	const end = offset + Number(request.headers.get('content-length') ?? Number.NaN);
	return Number.isSafeInteger(end) ? end : 0;
}

/** The uploads of one actor for the length of one request whose bytes end at `endByte`. */
function storeOf(
	actor: Actor,
	{ db, clock, ids, submissions, uploads, files, check }: Parts,
	endByte: number
): TusStore {
	const found = new Map<string, StoredFile>();
	/** The bytes that stand before those of this request, read when it may be the last one. */
	let before: readonly Uint8Array[] = [];

	function requireFound(id: string): StoredFile {
		const file = found.get(id);
		if (!file) throw new Error('an upload is looked up before its bytes are touched');
		return file;
	}
	async function settle(file: StoredFile): Promise<void> {
		if ((await check.settle(file)) === 'refused') throw refusal(422, 'claims/file-refused');
	}

	return {
		async create(sizeBytes, metadata) {
			const ref = v.safeParse(metadataSchema, metadata);
			if (!ref.success) throw refusal(400, 'portal/invalid-input');
			const { submissionId, attachmentId } = ref.output;
			const findOwn = uploads.findOfAttachment(submissionId, attachmentId, actor.accountId);
			const [submission, begun] = await db.read(submissions.find(submissionId, actor), findOwn);
			if (!submission) throw refusal(404, 'portal/not-found');
			const announced = requireAnnounced(submission, attachmentId, sizeBytes);
			if (begun) return begun.id;
			const fresh = { id: ids.newId(), submissionId, announced, nowMs: clock.nowMs() };
			const answer = await db.commitAndRead(
				[
					await uploads.insert(actor, fresh),
					uploads.requireQuota(actor.accountId, UPLOAD_QUOTA_BYTES, {
						kind: 'invalid',
						code: 'claims/too-many-files'
					})
				],
				[findOwn]
			);
			if (!answer.ok) throw refusal(413, answer.error.code);
			const [upload] = answer.value;
			if (!upload) throw new Error('an upload just begun is not there');
			found.set(upload.id, upload);
			return upload.id;
		},

		async find(id) {
			const [file, pieces] = await db.read(
				uploads.find(id, actor.accountId),
				files.piecesOfEnding(id, actor.accountId, endByte)
			);
			if (!file) throw refusal(404, 'portal/not-found');
			before = pieces;
			if (file.state === 'refused') throw refusal(410, 'claims/file-refused');
			// The answer to the last bytes may have been lost before the check was done.
			if (check.isFull(file)) await settle(file);
			found.set(id, check.isFull(file) ? { ...file, state: 'complete' } : file);
			return { id, sizeBytes: file.sizeBytes, offsetBytes: file.receivedBytes };
		},

		async append(id, offsetBytes, bytes) {
			const file = requireFound(id);
			let at = offsetBytes;
			for await (const piece of inPieces(bytes)) {
				const isLast = at + piece.length >= file.sizeBytes;
				if (piece.length < MIN_PIECE_BYTES && !isLast) throw refusal(400, 'portal/invalid-input');
				const whole = wholeOf(file, [...before, piece]);
				// A short file is judged with its last piece: append and verdict are one round trip.
				const state = whole ? await check.judge(file, whole) : 'open';
				const moved = await db.commit(
					await uploads.append(file, at, piece),
					...(state === 'open' ? [] : [uploads.settle(id, state)])
				);
				if (!moved.ok) throw refusal(409, moved.error.code);
				if (state === 'refused') throw refusal(422, 'claims/file-refused');
				found.set(id, { ...file, state });
				before = [...before, piece];
				at += piece.length;
			}
			return at;
		},

		async finish(id) {
			const file = requireFound(id);
			if (file.state === 'open') await settle(file);
		}
	};
}

function requireAnnounced(
	submission: { readonly state: string; readonly submission: Submission | null },
	attachmentId: string,
	sizeBytes: number
): ManifestFile {
	if (submission.state === 'withdrawn') throw refusal(409, 'claims/withdrawn');
	if (submission.state !== 'open') throw refusal(409, 'claims/already-submitted');
	const announced = submission.submission?.files.find((file) => file.id === attachmentId);
	if (!announced) throw refusal(404, 'portal/not-found');
	if (announced.sizeBytes !== sizeBytes) throw refusal(422, 'claims/submission-mismatch');
	return announced;
}

/** The file put together, or null while bytes of it are missing. */
function wholeOf(file: StoredFile, pieces: readonly Uint8Array[]): Uint8Array | null {
	const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
	if (sizeBytes !== file.sizeBytes) return null;
	const whole = new Uint8Array(sizeBytes);
	let at = 0;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}

/** The stream again in pieces of the size that is stored; the last one may be smaller. */
async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const piece = new Uint8Array(PIECE_BYTES);
	let filled = 0;
	for await (const chunk of bytes) {
		for (let at = 0; at < chunk.length;) {
			const taken = chunk.subarray(at, at + PIECE_BYTES - filled);
			piece.set(taken, filled);
			filled += taken.length;
			at += taken.length;
			if (filled < PIECE_BYTES) continue;
			yield piece.slice();
			filled = 0;
		}
	}
	if (filled > 0) yield piece.slice(0, filled);
}

function refusal(status: number, code: ErrorCode): TusRefusal {
	return new TusRefusal(status, JSON.stringify({ code }));
}

function refuseAll(code: ErrorCode): TusStore {
	const refuse = () => Promise.reject(refusal(403, code));
	return { create: refuse, find: refuse, append: refuse, finish: refuse };
}
