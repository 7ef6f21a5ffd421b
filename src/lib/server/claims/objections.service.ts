import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	canObject,
	objectionEndsOn,
	contestableLinesOf,
	type ContestableLine
} from '#lib/domain/claims/review.ts';
import type { ObjectionForm } from '#lib/domain/claims/review.schema.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { receiptOfFile, type AnswersParts } from './answers.service.ts';
import { addClaimFile } from './claim-file.ts';
import type { ClaimsRepository } from './claims.repository.ts';
import type { LetterParts, LetterRecipient } from './letters.ts';
import type { ReviewsRepository } from './reviews.repository.ts';

/** The lines of a decision as their owner may object to them. */
export type ObjectionView = {
	readonly claimId: string;
	readonly claimNumber: string;
	readonly isDecidedByRules: boolean;
	/** Empty before the decision and after the limitation. */
	readonly lines: readonly (ContestableLine & { readonly isUnderReview: boolean })[];
	/** The last day for it; null before the decision. */
	readonly endsOn: CalendarDate | null;
};

export type ObjectionsService = ReturnType<typeof createObjectionsService>;

/** Objections of customers to a line of a decision (decision 0053). */
export function createObjectionsService(
	parts: Pick<AnswersParts, 'receivedFiles' | 'throttle' | 'onComplete'> & {
		readonly db: Database;
		readonly clock: Clock;
		readonly ids: Ids;
		readonly audit: { record(note: AuditNote): Promise<Write> };
		readonly claims: Pick<ClaimsRepository, 'findOf'>;
		readonly reviews: Pick<ReviewsRepository, 'open' | 'free' | 'listOfOwnClaim'>;
		readonly recipients: { find(accountId: string): Read<LetterRecipient | null> };
		readonly mails: LetterParts['mails'];
		readonly documents: LetterParts['documents'];
	}
) {
	const { db, clock, ids, reviews } = parts;

	return {
		/** What the form of an objection shows; `portal/not-found` for anybody else's claim. */
		async view(actor: Actor, claimId: string): Promise<Result<ObjectionView>> {
			const permission = requirePermission(actor, 'claim/read-own');
			if (!permission.ok) return permission;
			const [claim, known] = await db.read(
				parts.claims.findOf(claimId, actor.accountId, calendarDateOf(clock.nowMs())),
				reviews.listOfOwnClaim(claimId, actor.accountId)
			);
			if (!claim) return NOT_FOUND;
			const open = known.filter(({ closedAtMs }) => closedAtMs === null);
			return ok({
				claimId,
				claimNumber: claim.number,
				isDecidedByRules: claim.isDecidedByRules,
				lines: contestableLinesOf(claim, calendarDateOf(clock.nowMs())).map((line) => ({
					...line,
					isUnderReview: open.some((one) => one.line === line.line)
				})),
				endsOn:
					claim.decidedAtMs === null ? null : objectionEndsOn(calendarDateOf(claim.decidedAtMs))
			});
		},

		/**
		 * Objects to one line, with a file where there is one. The claim leaves whoever decided it. What was
		 * written lies in the mailbox from then on, as a receipt.
		 * `claims/review-open` when this line is under review, `claims/objection-too-late` after the
		 * claim's limitation (§§ 195, 199 BGB), `portal/limit-reached`, or the fault of the field `file`.
		 */
		async object(
			actor: Actor,
			claimId: string,
			objection: ObjectionForm,
			upload: Parameters<AnswersParts['receivedFiles']['take']>[1]
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/read-own');
			if (!permission.ok) return permission;
			const [claim, recipient] = await db.read(
				parts.claims.findOf(claimId, actor.accountId, calendarDateOf(clock.nowMs())),
				parts.recipients.find(actor.accountId)
			);
			const decidedAtMs = claim?.decidedAtMs ?? null;
			const line = claim?.decision?.lines[objection.line - 1];
			if (decidedAtMs === null || !claim || !line) return NOT_FOUND;
			const nowMs = clock.nowMs();
			if (!canObject(calendarDateOf(decidedAtMs), calendarDateOf(nowMs))) {
				return failed('conflict', 'claims/objection-too-late');
			}
			const taken =
				upload && (await parts.receivedFiles.take(actor, upload, { id: ids.newId(), nowMs }));
			if (taken && !taken.ok) return taken;
			const file = taken ? taken.value : null;
			const bounds = {
				scope: 'claims/objections',
				key: actor.accountId,
				limit: LIMITS.submissions,
				accountId: actor.accountId
			};
			const begin = [
				await parts.throttle.reserve(bounds.scope, bounds.key, bounds.limit),
				...(file ? await file.batch(0) : [])
			];
			const finish = async (): Promise<readonly Write[]> => [
				...(file ? [addClaimFile(claimId, file.id)] : []),
				await reviews.open({
					...{ id: ids.newId(), claimId, personId: actor.personId, kind: 'objection' },
					...{ line: objection.line, reason: objection.reason, fileId: file?.id ?? null },
					...{ openedAtMs: nowMs, openedBy: actor.accountId }
				}),
				reviews.free(claimId, actor.accountId),
				await parts.documents.insert({
					...{ id: ids.newId(), accountId: actor.accountId, personId: actor.personId, claimId },
					...{ pdfFileId: null, createdAtMs: nowMs },
					content: {
						kind: 'contract-notice',
						notice: {
							...{ topic: 'objection-received', claimNumber: claim.number, receivedAtMs: nowMs },
							isAgainstRules: claim.isDecidedByRules,
							...{ line: objection.line, issuer: line.issuer, reason: objection.reason },
							file: file && receiptOfFile(file.listed)
						}
					}
				}),
				...(recipient ? [await confirm(recipient, claim.isDecidedByRules, nowMs)] : []),
				await parts.audit.record({
					event: 'claim/objected',
					objectRef: `claim:${claimId}`,
					accountId: actor.accountId
				})
			];
			const batches = file?.batches ?? 1;
			for (let index = 0; index < batches; index += 1) {
				const done = await db.commit(
					...(index === 0 ? begin : ((await file?.batch(index)) ?? [])),
					...(index === batches - 1 ? await finish() : [])
				);
				if (done.ok) continue;
				return done.error.code === 'portal/limit-reached' ? parts.throttle.refuse(bounds) : done;
			}
			if (file) parts.onComplete(file.id);
			return ok(undefined);
		}
	};

	function confirm(
		{ personId, to, language, name }: LetterRecipient,
		isAgainstRules: boolean,
		nowMs: number
	): Promise<Write> {
		const mail = {
			...({ template: 'objection-received', to, language, name } as const),
			...(isAgainstRules && { isAgainstRules })
		};
		return parts.mails.enqueue(ids.newId(), personId, mail, nowMs);
	}
}
