import {
	advanceFrom,
	mostOfAdvance,
	standOfAdvance,
	type AdvanceRefusal,
	type AdvanceOutcome,
	type AdvanceStand
} from '#lib/domain/claims/advance.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { BilledLine, ExchangeRate } from '#lib/domain/claims/decision.ts';
import { pausedDays, type RequestTimes } from '#lib/domain/claims/document-request.ts';
import type { PayoutState } from '#lib/domain/claims/payout.ts';
import type { YearRest } from '#lib/domain/contracts/cover.ts';
import type { Money } from '#lib/domain/money.ts';
import type { StoredAdvance } from './advances.repository.ts';
import type { DeskClaim } from './desk.repository.ts';
import type { Payout } from './payouts.repository.ts';

/** Demands for an advance as the desk shows them (decision 0077). */
export type DeskAdvance = {
	readonly stand: AdvanceStand;
	readonly requests: readonly {
		readonly id: string;
		readonly askedOn: CalendarDate;
		readonly outcome: AdvanceOutcome | null;
		readonly refusal: AdvanceRefusal | null;
	}[];
	/** The most that may be paid in advance; nothing where nothing can be owed yet. */
	readonly limit: Money;
	readonly payout: { readonly state: PayoutState; readonly amount: Money } | null;
};

type Facts = {
	readonly billed: readonly BilledLine[];
	/** Of every bill, in their order. */
	readonly recorded: readonly (ExchangeRate | null)[];
	readonly years: readonly YearRest[];
};

/** The most that may be paid in advance on a claim, by what is recorded and left today. */
export function advanceLimitOf(
	{ contract: { currency } }: Pick<DeskClaim, 'contract'>,
	{ billed, recorded, years }: Facts
): Money {
	return { amountMinor: mostOfAdvance(billed, recorded, { currency, years }), currency };
}

export function viewAdvance(
	claim: DeskClaim,
	facts: Facts,
	reader: {
		readonly today: CalendarDate;
		readonly requests: readonly RequestTimes[];
		readonly advances: readonly StoredAdvance[];
		readonly advancePayout: Payout | null;
	}
): DeskAdvance {
	const { advances, advancePayout, requests, today } = reader;
	return {
		stand: ownStand(claim, requests, advances, today).stand,
		requests: advances.map(({ id, askedAtMs, outcome, refusal }) => ({
			...{ id, askedOn: calendarDateOf(askedAtMs), outcome, refusal }
		})),
		limit: advanceLimitOf(claim, facts),
		payout: advancePayout && { state: advancePayout.state, amount: advancePayout.amount }
	};
}

/** Where a claim stands towards an advance, with the first day for one. */
export function ownStand(
	claim: Pick<DeskClaim, 'state' | 'submittedAtMs'>,
	asked: readonly RequestTimes[],
	known: readonly Pick<StoredAdvance, 'outcome'>[],
	today: CalendarDate
): { readonly stand: AdvanceStand; readonly fromOn: CalendarDate } {
	const submittedOn = calendarDateOf(claim.submittedAtMs);
	const paused = pausedDays(asked, today);
	const outcomes = known.map(({ outcome }) => outcome);
	return {
		stand: standOfAdvance({ state: claim.state, submittedOn, pausedDays: paused, outcomes }, today),
		fromOn: advanceFrom(submittedOn, paused)
	};
}
