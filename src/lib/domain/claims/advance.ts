/** Advance payments on a claim that takes longer than a month (§ 14 (2) VVG; decision 0077). */
import { addDays, type CalendarDate } from '../calendar.ts';
import { isSameYear } from '../contracts/cover.ts';
import type { ClaimState } from './claim.ts';
import { OPEN_STATES } from './claim.ts';
import {
	completeLines,
	type BilledLine,
	type DecisionTerms,
	type ExchangeRate
} from './decision.ts';
import { CLOCK_DAYS } from './legal-clock.ts';

/** What became of a request: a payment was made, it was refused, or the decision was faster. */
export const ADVANCE_OUTCOMES = ['granted', 'refused', 'settled'] as const;
export type AdvanceOutcome = (typeof ADVANCE_OUTCOMES)[number];

/** Why nothing is paid in advance: a closed list, so that customers get plain words in their language. */
export const ADVANCE_REFUSALS = ['nothing-certain', 'documents-missing', 'decided-soon'] as const;
export type AdvanceRefusal = (typeof ADVANCE_REFUSALS)[number];

/**
 * The first day on which the customer may demand an advance. The month is the calendar's (§ 188 (2),
 * (3) BGB) or the clock's thirty days, whichever is over first: after February the calendar's is.
 * `pausedDays`: the customer's own delay, which stops it (§ 14 (2) 3 VVG).
 */
export function advanceFrom(submittedOn: CalendarDate, pausedDays: number): CalendarDate {
	const byCalendar = addDays(lastDayOfMonthAfter(submittedOn), 1);
	const byClock = addDays(submittedOn, CLOCK_DAYS.overdue);
	return addDays(byCalendar < byClock ? byCalendar : byClock, pausedDays);
}

/** The same day of the next month; its last day where it has none. */
function lastDayOfMonthAfter(date: CalendarDate): CalendarDate {
	const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
	const lastOfNext = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
	const found = new Date(Date.UTC(year, month, Math.min(day, lastOfNext)));
	return found.toISOString().slice(0, 10) as CalendarDate;
}

/** Whether an advance can be demanded now; else what stands against it. */
export const ADVANCE_STANDS = [
	'possible',
	'too-early',
	'waits-for-customer',
	'asked',
	'granted',
	'decided'
] as const;
export type AdvanceStand = (typeof ADVANCE_STANDS)[number];

export function standOfAdvance(
	claim: {
		readonly state: ClaimState;
		readonly submittedOn: CalendarDate;
		readonly pausedDays: number;
		/** Of all its requests; null for the one that is open. */
		readonly outcomes: readonly (AdvanceOutcome | null)[];
	},
	today: CalendarDate
): AdvanceStand {
	if (!OPEN_STATES.includes(claim.state)) return 'decided';
	if (claim.outcomes.includes(null)) return 'asked';
	if (claim.outcomes.includes('granted')) return 'granted';
	if (claim.state === 'documents_requested') return 'waits-for-customer';
	const isOver = today >= advanceFrom(claim.submittedOn, claim.pausedDays);
	return isOver ? 'possible' : 'too-early';
}

/**
 * The most that may be paid in advance, in the contract's minor unit: everything billed, less what is
 * left of the deductible, up to what is left of the maximum, each by person and insurance year. No decision pays
 * more than that by its own proposal. A bill in a currency without a recorded rate counts nothing.
 */
export function mostOfAdvance(
	billed: readonly BilledLine[],
	rates: readonly (ExchangeRate | null)[],
	terms: Pick<DecisionTerms, 'currency' | 'years'>
): number {
	const entries = billed.map(({ invoiceId }, index) => ({
		...{ invoiceId, recognisedMinor: null, deductibleMinor: null },
		...{ reason: 'none' as const, exchangeRate: rates[index] ?? null }
	}));
	const lines = completeLines(billed, entries, terms);
	return terms.years.reduce((all, year) => {
		const { maximumLeftMinor } = year;
		const ofYear = billed.filter((line) => isSameYear(line, year));
		const payable = ofYear.reduce((sum, { invoiceId }) => {
			const line = lines.find((one) => one.invoiceId === invoiceId);
			return sum + (line ? line.recognisedMinor - line.deductibleMinor : 0);
		}, 0);
		return all + Math.min(payable, maximumLeftMinor ?? payable);
	}, 0);
}
