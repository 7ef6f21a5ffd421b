import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { AdvanceRefusal, AdvanceStand } from '#lib/domain/claims/advance.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { viewPayee, type PayeeView } from '#lib/domain/claims/payee-view.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { ownStand } from './advance-views.ts';
import type { AdvancesRepository } from './advances.repository.ts';
import type { ClaimsRepository } from './claims.repository.ts';
import { payeeOf } from './desk-claim.ts';
import type { DeskRepository } from './desk.repository.ts';
import type { DocumentRequestsRepository } from './document-requests.repository.ts';
import type { LetterParts, LetterRecipient } from './letters.ts';

/** What the page before a demand shows its owner. */
export type AdvanceView = {
	readonly claimId: string;
	readonly claimNumber: string;
	readonly stand: AdvanceStand;
	/** The first day for it; a day of delay moves it. */
	readonly fromOn: CalendarDate;
	/** Why the last one was refused; null where none was. */
	readonly lastRefusal: AdvanceRefusal | null;
	readonly payee: PayeeView;
};

export type AdvancesService = ReturnType<typeof createAdvancesService>;

/** Customers demand in advance what is owed at least, after a month (§ 14 (2) VVG; decision 0077). */
export function createAdvancesService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly claims: Pick<ClaimsRepository, 'findOf'>;
	readonly desk: Pick<DeskRepository, 'find'>;
	readonly requests: Pick<DocumentRequestsRepository, 'listOfOwnClaim'>;
	readonly advances: Pick<AdvancesRepository, 'listOfOwnClaim' | 'ask'>;
	readonly recipients: {
		find(accountId: string): Read<LetterRecipient | null>;
	};
	readonly mails: LetterParts['mails'];
}) {
	const { db, clock, ids, advances } = parts;

	return {
		/** What the page shows before anything is sent; `portal/not-found` for anybody else's claim. */
		async view(actor: Actor, claimId: string): Promise<Result<AdvanceView>> {
			const permission = requirePermission(actor, 'claim/ask-advance');
			if (!permission.ok) return permission;
			const today = calendarDateOf(clock.nowMs());
			const [claim, asked, known, whole] = await db.read(
				parts.claims.findOf(claimId, actor.accountId, today),
				parts.requests.listOfOwnClaim(claimId, actor.accountId),
				advances.listOfOwnClaim(claimId, actor.accountId),
				parts.desk.find(claimId, today)
			);
			// The fourth asks nobody who they are: only what the first has found is shown.
			if (!claim || !whole) return NOT_FOUND;
			return ok({
				claimId,
				claimNumber: claim.number,
				...ownStand(claim, asked, known, today),
				lastRefusal: known.at(-1)?.refusal ?? null,
				payee: viewPayee(payeeOf(whole))
			});
		},

		/**
		 * Demands an advance, from the day after the month: a task for staff, a receipt by mail, an entry in
		 * the log. `claims/advance-not-now` before, twice, while it waits for the customer, and once decided.
		 */
		async ask(actor: Actor, claimId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/ask-advance');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const today = calendarDateOf(nowMs);
			const [claim, asked, known, recipient] = await db.read(
				parts.claims.findOf(claimId, actor.accountId, today),
				parts.requests.listOfOwnClaim(claimId, actor.accountId),
				advances.listOfOwnClaim(claimId, actor.accountId),
				parts.recipients.find(actor.accountId)
			);
			if (!claim) return NOT_FOUND;
			if (ownStand(claim, asked, known, today).stand !== 'possible') {
				return failed('conflict', 'claims/advance-not-now');
			}
			return db.commit(
				advances.ask(
					{ id: ids.newId(), claimId, askedAtMs: nowMs, askedBy: actor.accountId },
					today
				),
				...(recipient ? [await advanceReceipt(parts, recipient, nowMs)] : []),
				await parts.audit.record({
					event: 'claim/advance-asked',
					objectRef: `claim:${claimId}`,
					accountId: actor.accountId
				})
			);
		}
	};
}

/** Without content: that a demand has come, and where to read on. */
export function advanceReceipt(
	parts: Pick<LetterParts, 'ids' | 'mails'>,
	{ personId, to, language, name }: LetterRecipient,
	nowMs: number
): Promise<Write> {
	const mail = { template: 'advance-received', to, language, name } as const;
	return parts.mails.enqueue(parts.ids.newId(), personId, mail, nowMs);
}
