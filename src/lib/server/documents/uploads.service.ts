import * as v from 'valibot';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import {
	MAX_FILE_BYTES,
	MAX_FILES,
	type ManifestFile,
	type Submission
} from '#lib/domain/claims/claim.schema.ts';
import type { ErrorCode } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import { answerTus, TusRefusal, type TusStore } from '#lib/server/platform/tus.ts';
import { PIECE_BYTES, type StoredUpload } from './file-rows.ts';
import { continueCheck, verdictOf } from './upload-check.ts';
import type { UploadsRepository } from './uploads.repository.ts';

export const UPLOADS_PATH = '/api/uploads';

/** Of one account on the way in, all open submissions together (security.md F2). */
export const UPLOAD_QUOTA_BYTES = MAX_FILES * MAX_FILE_BYTES;

/** A file sent byte by byte would be millions of rows, too many for whoever reads it back. */
const MIN_PIECE_BYTES = 512;

/** What one request stores at most, in one batch: 2 MiB, a body of 2.8 MB to the database (decision 0022). */
export const MAX_PIECES_AT_ONCE = 8;

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
	readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
	/** Told when a file is whole: it is looked through after the answer. */
	readonly onComplete: (fileId: string) => void;
};

export type UploadsService = ReturnType<typeof createUploadsService>;

export function createUploadsService(parts: Parts) {
	return {
		/** Answers a request of the tus protocol for the actor's own uploads. */
		async answer(actor: Actor, request: Request): Promise<Response> {
			const permission = requirePermission(actor, 'claim/submit');
			const store = permission.ok ? storeOf(actor, parts) : refuseAll(permission.error.code);
			return answerTus(request, { path: UPLOADS_PATH, maxBytes: MAX_FILE_BYTES, store });
		}
	};
}

/** The uploads of one actor for the length of one request. */
function storeOf(
	actor: Actor,
	{ db, clock, ids, submissions, uploads, throttle, onComplete }: Parts
): TusStore {
	const found = new Map<string, StoredUpload>();

	function requireFound(id: string): StoredUpload {
		const file = found.get(id);
		if (!file) throw new Error('an upload is looked up before its bytes are touched');
		return file;
	}

	/**
	 * Stored by a release that kept no state, or touched in the database: no verdict could come of it.
	 * It is forgotten, and the device, which still has the file, begins anew.
	 */
	async function beginAnew(file: StoredUpload): Promise<never> {
		logEvent('warning', 'upload-begun-anew');
		await db.commit(uploads.drop(file));
		throw refusal(404, 'portal/not-found');
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
			const bounds = {
				scope: 'documents/uploads',
				key: actor.accountId,
				limit: LIMITS.uploads,
				accountId: actor.accountId
			};
			const answer = await db.commitAndRead(
				[
					await throttle.reserve(bounds.scope, bounds.key, bounds.limit),
					await uploads.insert(actor, fresh),
					uploads.requireQuota(actor.accountId, UPLOAD_QUOTA_BYTES, {
						kind: 'invalid',
						code: 'claims/too-many-files'
					})
				],
				[findOwn]
			);
			if (!answer.ok) {
				if (answer.error.code !== 'portal/limit-reached') throw refusal(413, answer.error.code);
				await throttle.refuse(bounds);
				throw refusal(429, 'portal/limit-reached');
			}
			const [upload] = answer.value;
			if (!upload) throw new Error('an upload just begun is not there');
			found.set(upload.id, upload);
			return upload.id;
		},

		async find(id) {
			const [file] = await db.read(uploads.find(id, actor.accountId));
			if (!file) throw refusal(404, 'portal/not-found');
			if (file.state === 'refused') throw refusal(410, 'claims/file-refused');
			if (file.state === 'open' && !file.check) return beginAnew(file);
			found.set(id, file);
			return { id, sizeBytes: file.sizeBytes, offsetBytes: file.receivedBytes };
		},

		async append(id, offsetBytes, bytes) {
			const file = requireFound(id);
			const pieces = await takePieces(bytes);
			if (pieces.length === 0) return offsetBytes;
			let check = file.check;
			if (!check || check.seenBytes !== offsetBytes)
				throw new Error('bytes are appended where the upload stands');
			for (const piece of pieces) check = continueCheck(check, file.sizeBytes, piece);
			const state = verdictOf(check, file);
			const isTooSmall = pieces.some((piece) => piece.length < MIN_PIECE_BYTES);
			if (state === 'open' && isTooSmall) throw refusal(400, 'portal/invalid-input');
			const moved = await db.commit(await uploads.append(file, { pieces, check, state }));
			if (!moved.ok) throw refusal(409, moved.error.code);
			if (state === 'refused') throw refusal(422, 'claims/file-refused');
			if (state === 'complete') onComplete(id);
			return check.seenBytes;
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

/**
 * What one batch stores of a body. The rest of a longer one is read and left: the answer names the
 * offset reached, and the sender goes on from there.
 */
async function takePieces(bytes: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
	const pieces: Uint8Array[] = [];
	for await (const piece of inPieces(bytes)) {
		if (pieces.length < MAX_PIECES_AT_ONCE) pieces.push(piece);
	}
	return pieces;
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
	return { create: refuse, find: refuse, append: refuse };
}
