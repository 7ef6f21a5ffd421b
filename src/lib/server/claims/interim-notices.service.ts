import { calendarDateOf, MINUTE_MS } from '#lib/domain/calendar.ts';
import { submittedBefore } from '#lib/domain/claims/queue.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { InterimNoticesRepository, UntoldClaim } from './interim-notices.repository.ts';
import { letterWrites, type LetterParts, type LetterRecipient } from './letters.ts';

/** Claims of one minute's job; the next minute takes the next ones. */
const TOLD_AT_ONCE = 20;
/** Looked at in a minute: owners who cannot be read stay in front of the list, and stop nobody behind them. */
const LOOKED_AT = 500;
/** Owners who cannot be read that a minute tries: each costs a round trip. */
const TRIED_IN_VAIN = 8;

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
		 * Every claim that is open three weeks after it came in and does not wait for its customer, at most
		 * 20. Days the customer let pass cannot move the day: a document is due three weeks
		 * after it was asked for, so that none passes before. Owners who cannot be read stop nobody: each is
		 * tried once, and where there are many the next minute begins behind those of this one.
		 */
		async tellDue(): Promise<number> {
			const nowMs = clock.nowMs();
			const beforeMs = submittedBefore('urgent', nowMs) ?? 0;
			const [untold] = await db.read(
				interimNotices.listUntold(beforeMs, calendarDateOf(nowMs), LOOKED_AT)
			);
			let told = 0;
			const unread = new Set<string>();
			for (const claim of beginningElsewhere(untold, nowMs)) {
				if (told === TOLD_AT_ONCE || unread.size === TRIED_IN_VAIN) break;
				if (unread.has(claim.accountId)) continue;
				try {
					if (await tell(claim)) told += 1;
				} catch (error) {
					unread.add(claim.accountId);
					const name = error instanceof Error ? error.name : 'unknown';
					logEvent('error', 'interim-notice-failed', { error: name });
				}
			}
			return told;
		}
	};
}

/** As it is while a minute is enough for all; else from another place each minute. */
function beginningElsewhere<T>(list: readonly T[], nowMs: number): readonly T[] {
	if (list.length <= TOLD_AT_ONCE) return list;
	const from = (Math.floor(nowMs / MINUTE_MS) * TRIED_IN_VAIN) % list.length;
	return [...list.slice(from), ...list.slice(0, from)];
}
