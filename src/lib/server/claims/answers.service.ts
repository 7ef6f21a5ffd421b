import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { ContractNotice } from '#lib/domain/contracts/notice.ts';
import { failed, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { DocumentRequestsRepository, OpenRequest } from './document-requests.repository.ts';
import type { LetterParts } from './letters.ts';

type Listed = { readonly name: string; readonly sizeBytes: number; readonly sha256: string };
type Upload = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

export type AnswersParts = {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
	readonly requests: Pick<DocumentRequestsRepository, 'findOpen' | 'requireOpen' | 'answer'>;
	readonly documents: LetterParts['documents'];
	readonly receivedFiles: {
		take(
			owner: Pick<Actor, 'accountId' | 'personId'>,
			upload: Upload | null,
			fresh: { readonly id: string; readonly nowMs: number }
		): Promise<
			Result<{
				readonly id: string;
				/** As a receipt lists it. */
				readonly listed: Listed;
				readonly batches: number;
				batch(index: number): Promise<readonly Write[]>;
			}>
		>;
	};
	/** Told when a file is whole: it is looked through after the answer. */
	readonly onComplete: (fileId: string) => void;
};

export type AnswersService = ReturnType<typeof createAnswersService>;

/** Documents a customer hands in later, each for the one request it answers (decision 0052). */
export function createAnswersService(parts: AnswersParts) {
	const { db, clock, ids, requests, throttle } = parts;
	return {
		/**
		 * Hands in the file for one open request: the request is closed, with a receipt in the mailbox, and
		 * with the last one the claim is the clerk's again. No mail says so: who hands in sees it. Fails with `claims/request-closed` for a request that waits for nothing
		 * or is not the actor's, `portal/limit-reached`, or the fault of the field `file`. Two megabytes
		 * a round trip; the last one carries the whole act.
		 */
		async answer(
			actor: Actor,
			claimId: string,
			requestId: string,
			upload: Upload | null
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [open] = await db.read(
				requests.findOpen(requestId, claimId, actor.accountId, calendarDateOf(nowMs))
			);
			if (!open) return failed('conflict', 'claims/request-closed');
			const taken = await parts.receivedFiles.take(actor, upload, { id: ids.newId(), nowMs });
			if (!taken.ok) return taken;
			const file = taken.value;
			const bounds = {
				scope: 'documents/uploads',
				key: actor.accountId,
				limit: LIMITS.uploads,
				accountId: actor.accountId
			};
			const begin = [
				requests.requireOpen(requestId, claimId, actor.accountId, calendarDateOf(nowMs)),
				await throttle.reserve(bounds.scope, bounds.key, bounds.limit)
			];
			for (let index = 0; index < file.batches; index += 1) {
				const isLast = index === file.batches - 1;
				const done = await db.commit(
					...(index === 0 ? begin : []),
					...(await file.batch(index)),
					...(isLast ? await finish(actor, open, file, nowMs) : [])
				);
				if (done.ok) continue;
				return done.error.code === 'portal/limit-reached' ? throttle.refuse(bounds) : done;
			}
			parts.onComplete(file.id);
			return { ok: true, value: undefined };
		}
	};

	async function finish(
		{ accountId, personId }: Actor,
		{ id, claimId, claimNumber, kind, line }: OpenRequest,
		file: { readonly id: string; readonly listed: Listed },
		nowMs: number
	): Promise<readonly Write[]> {
		const content: ContractNotice = {
			kind: 'contract-notice',
			notice: {
				...{ topic: 'document-received', claimNumber, receivedAtMs: nowMs },
				...{ document: kind, line, file: receiptOfFile(file.listed) }
			}
		};
		return [
			requests.requireOpen(id, claimId, accountId, calendarDateOf(nowMs)),
			requests.answer({ id, claimId, fileId: file.id }, nowMs),
			await parts.documents.insert({
				...{ id: ids.newId(), accountId, personId, claimId, pdfFileId: null },
				...{ createdAtMs: nowMs, content }
			}),
			await parts.audit.record({
				event: 'claim/document-received',
				objectRef: `claim:${claimId}`,
				accountId
			})
		];
	}
}

/** A file on a receipt: what its sender can prove it by. */
export const receiptOfFile = ({ name, sizeBytes, sha256 }: Listed): Listed => ({
	...{ name, sizeBytes, sha256 }
});
