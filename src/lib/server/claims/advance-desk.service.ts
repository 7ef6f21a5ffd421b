import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { AdvanceRefusal } from '#lib/domain/claims/advance.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { ADVANCE_NO, routeOf } from '#lib/domain/claims/payout.ts';
import { parseAmountMinor, type Money } from '#lib/domain/money.ts';
import { failed, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessGuard } from './access-guard.ts';
import type { AdvanceAnswers } from './advance-answers.ts';
import { advanceLimitOf, ownStand } from './advance-views.ts';
import { advanceReceipt } from './advances.service.ts';
import type { AdvancesRepository } from './advances.repository.ts';
import type { CoverRepository } from './cover.repository.ts';
import { requireDecider } from './decision-steps.ts';
import { billedLinesOf, payeeOf, restsOfClaim } from './desk-claim.ts';
import type { DeskClaim, DeskRepository } from './desk.repository.ts';
import type { DocumentRequestsRepository } from './document-requests.repository.ts';
import type { ExchangeRatesRepository } from './exchange-rates.repository.ts';
import type { LetterParts } from './letters.ts';
import type { Payout, PayoutsRepository } from './payouts.repository.ts';
import { RATE_WINDOW_DAYS, recordedRatesOf } from './recorded-rates.ts';

export type AdvanceDeskService = ReturnType<typeof createAdvanceDeskService>;

/** What a clerk answers to a demand for an advance. Only whoever has the claim, and nobody their own (Z6, Z7). */
export function createAdvanceDeskService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly mails: LetterParts['mails'];
	readonly desk: Pick<DeskRepository, 'find'>;
	readonly accessGuard: Pick<AccessGuard, 'refuse'>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
	readonly requests: Pick<DocumentRequestsRepository, 'listOfClaim'>;
	readonly rates: Pick<ExchangeRatesRepository, 'listFor'>;
	readonly cover: Pick<CoverRepository, 'listUses'>;
	readonly advances: Pick<AdvancesRepository, 'listOfClaim' | 'putDown' | 'answer'>;
	readonly advanceAnswers: Pick<AdvanceAnswers, 'refused'>;
	readonly payouts: Pick<PayoutsRepository, 'findAdvance' | 'insert' | 'renew'>;
}) {
	const { db, clock, ids, advances, payouts } = parts;

	async function prepare(actor: Actor, claimId: string) {
		const permission = requirePermission(actor, 'claim/decide');
		if (!permission.ok) return permission;
		const [claim, ownContractIds, asked, known, before, rates, uses] = await db.read(
			parts.desk.find(claimId, calendarDateOf(clock.nowMs())),
			parts.ownContracts.idsOf(actor.accountId),
			parts.requests.listOfClaim(claimId),
			advances.listOfClaim(claimId),
			payouts.findAdvance(claimId),
			parts.rates.listFor(claimId, RATE_WINDOW_DAYS),
			parts.cover.listUses(claimId)
		);
		const decider = await requireDecider(actor, claimId, claim, { ...parts, ownContractIds });
		if (!decider.ok) return decider;
		return {
			ok: true,
			value: { claim: decider.value, asked, known, before, rates, uses }
		} as const;
	}

	const record = (
		event: 'claim/advance-asked' | 'claim/advance-granted' | 'claim/advance-refused',
		actor: Actor,
		claim: DeskClaim
	) =>
		parts.audit.record({
			event,
			objectRef: `claim:${claim.id}`,
			accountId: actor.accountId,
			subjectAccountId: claim.owner.accountId
		});

	const recipientOf = ({ owner }: DeskClaim) => {
		const { accountPersonId: personId, email: to, language, name } = owner;
		return { personId, to, language, name };
	};

	/** A payment of its own. One that a second person has refused begins again with another amount. */
	async function payment(
		claim: DeskClaim,
		before: Payout | null,
		amount: Money,
		by: { readonly accountId: string; readonly nowMs: number }
	): Promise<Write> {
		const payee = payeeOf(claim);
		const content = {
			payee,
			amount,
			route: routeOf(amount, payee),
			secondLook: 'advance'
		} as const;
		if (before) return payouts.renew(before, content, by);
		return payouts.insert({
			...{ id: ids.newId(), claimId: claim.id, decisionNo: ADVANCE_NO, version: 1 },
			...{ accountId: claim.owner.accountId, personId: claim.owner.personId },
			...{ ...content, madeBy: by.accountId, madeAtMs: by.nowMs }
		});
	}

	return {
		/** Puts down what came by letter or message, as if it were asked here: the same day, the same receipt. */
		async putDown(actor: Actor, claimId: string): Promise<Result<void>> {
			const prepared = await prepare(actor, claimId);
			if (!prepared.ok) return prepared;
			const { claim, asked, known } = prepared.value;
			const nowMs = clock.nowMs();
			if (ownStand(claim, asked, known, calendarDateOf(nowMs)).stand !== 'possible') {
				return failed('conflict', 'claims/advance-not-now');
			}
			return db.commit(
				advances.putDown({ id: ids.newId(), claimId, askedAtMs: nowMs, askedBy: actor.accountId }),
				await advanceReceipt(parts, recipientOf(claim), nowMs),
				await record('claim/advance-asked', actor, claim)
			);
		},

		/**
		 * Pays in advance what is owed at least: a payment that waits for a second person, whatever its
		 * amount. Fails with the field `advanceAmount` where it is none, nothing, or more than can be owed;
		 * `claims/advance-closed` without an open request, `claims/changed-meanwhile` once decided, and
		 * `payouts/not-genuine` where the row of an earlier one was bent.
		 */
		async grant(actor: Actor, claimId: string, typed: string): Promise<Result<void>> {
			const prepared = await prepare(actor, claimId);
			if (!prepared.ok) return prepared;
			const { claim, before, rates, uses } = prepared.value;
			if (before && !before.isGenuine) return failed('conflict', 'payouts/not-genuine');
			const limit = advanceLimitOf(claim, {
				years: restsOfClaim(claim, uses),
				recorded: recordedRatesOf(claim, rates),
				billed: billedLinesOf(claim)
			});
			const amountMinor = parseAmountMinor(typed, limit.currency);
			const fault = faultOf(amountMinor, limit);
			if (fault !== null || amountMinor === null) {
				return failed('invalid', 'portal/invalid-input', { advanceAmount: fault ?? 'required' });
			}
			const by = { accountId: actor.accountId, nowMs: clock.nowMs() };
			return db.commit(
				advances.answer(claimId, { outcome: 'granted' }, by),
				await payment(claim, before, { ...limit, amountMinor }, by),
				await record('claim/advance-granted', actor, claim)
			);
		},

		/** Pays nothing in advance, for a reason of the closed list, by letter and on the claim's page. */
		async refuse(actor: Actor, claimId: string, refusal: AdvanceRefusal): Promise<Result<void>> {
			const prepared = await prepare(actor, claimId);
			if (!prepared.ok) return prepared;
			const { claim } = prepared.value;
			const by = { accountId: actor.accountId, nowMs: clock.nowMs() };
			const of = { claimId, claimNumber: claim.number, accountId: claim.owner.accountId };
			return db.commit(
				advances.answer(claimId, { outcome: 'refused', refusal }, by),
				...(await parts.advanceAnswers.refused(of, recipientOf(claim), refusal, by.nowMs)),
				await record('claim/advance-refused', actor, claim)
			);
		}
	};
}

function faultOf(amountMinor: number | null, limit: Money): string | null {
	if (amountMinor === null) return 'amount-invalid';
	if (amountMinor === 0) return 'advance-nothing';
	return amountMinor > limit.amountMinor ? 'advance-above-limit' : null;
}
