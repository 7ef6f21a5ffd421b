import { calendarDateOf } from '#lib/domain/calendar.ts';
import { submittedBefore } from '#lib/domain/claims/queue.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { InterimNoticesRepository, UntoldClaim } from './interim-notices.repository.ts';
import { letterWrites, type LetterParts, type LetterRecipient } from './letters.ts';
import { LOOKED_AT, tellOwners } from './tell-owners.ts';

export type InterimNoticesService = ReturnType<typeof createInterimNoticesService>;

/** Tells customers once that their claim takes longer, before they have to ask (domain.md 7 no. 18). */
export function createInterimNoticesService(
	parts: LetterParts & {
		readonly db: Database;
		readonly clock: Clock;
		readonly audit: { record(note: AuditNote): Promise<Write> };
		readonly recipients: { find(accountId: string): Read<LetterRecipient | null> };
		readonly interimNotices: InterimNoticesRepository;
	}
) {
	const { db, clock, interimNotices } = parts;

	/** True when its owner was told: of two jobs at once one tells. */
	async function tell({ id, number, accountId, submittedAtMs }: UntoldClaim): Promise<boolean> {
		const [recipient] = await db.read(parts.recipients.find(accountId));
		if (!recipient) return false;
		const nowMs = clock.nowMs();
		const told = await db.commit(
			interimNotices.markTold(id, nowMs),
			...(await letterWrites(
				parts,
				{
					...{ documentId: parts.ids.newId(), accountId, claimId: id },
					...{ personId: recipient.personId, recipient }
				},
				{ topic: 'claim-interim', claimNumber: number, receivedAtMs: submittedAtMs },
				nowMs
			)),
			await parts.audit.record({
				...{ event: 'claim/interim-notice', objectRef: `claim:${id}` },
				...{ accountId: null, subjectAccountId: accountId }
			})
		);
		return told.ok;
	}

	return {
		/**
		 * Every claim that is open three weeks after it came in and does not wait for its customer, some a
		 * minute. Days the customer let pass cannot move the day: a document is due three weeks after it was
		 * asked for, so that none passes before.
		 */
		async tellDue(): Promise<number> {
			const nowMs = clock.nowMs();
			const beforeMs = submittedBefore('urgent', nowMs) ?? 0;
			const [untold] = await db.read(
				interimNotices.listUntold(beforeMs, calendarDateOf(nowMs), LOOKED_AT)
			);
			return tellOwners(untold, nowMs, 'interim-notice-failed', tell);
		}
	};
}
