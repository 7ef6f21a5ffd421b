import { addDays, daysBetween, type CalendarDate } from '../calendar.ts';
import { convertMoney, type Money } from '../money.ts';
import { failed, ok, type Result } from '../result.ts';
import type { ClockState } from './legal-clock.ts';

/** Where an inquiry about the cost of a treatment stands. Every answer is a last word. */
export const INQUIRY_STATES = ['open', 'covered', 'partly-covered', 'not-covered'] as const;
export type InquiryState = (typeof INQUIRY_STATES)[number];
export type InquiryOutcome = Exclude<InquiryState, 'open'>;
export const INQUIRY_OUTCOMES = [
	'covered',
	'partly-covered',
	'not-covered'
] as const satisfies readonly InquiryOutcome[];

/** The one table of what may follow. Whoever wants another answer asks again, with other papers. */
export const INQUIRY_TRANSITIONS: Readonly<Record<InquiryState, readonly InquiryState[]>> = {
	open: INQUIRY_OUTCOMES,
	covered: [],
	'partly-covered': [],
	'not-covered': []
};

/** Who has to act: the insurer until the answer, then nobody. */
export function inquiryActor(state: InquiryState): 'insurer' | 'nobody' {
	return INQUIRY_TRANSITIONS[state].length > 0 ? 'insurer' : 'nobody';
}

/**
 * Whether § 192(8) VVG counts the days: `legal` above 2 000 EUR, `below` up to it, `unknown` where the
 * estimate is in a currency without a rate of the day.
 */
export const CLOCK_KINDS = ['legal', 'below', 'unknown'] as const;
export type ClockKind = (typeof CLOCK_KINDS)[number];

/** The law speaks of treatments whose cost is likely to be more than this (§ 192(8) sentence 1 VVG). */
export const LEGAL_CLOCK_ABOVE: Money = { amountMinor: 200_000, currency: 'EUR' };

/** Weeks for an answer with reasons, from the day the inquiry came in (§ 192(8) sentence 2 VVG). */
export const ANSWER_WEEKS = { urgent: 2, usual: 4 } as const;

const DAYS_OF_WEEK = 7;

/** From so many days left on a clerk is warned. */
const DAYS_LEFT = { soon: 7, urgent: 3 } as const;

/**
 * Which clock an estimate starts. `rate`: foreign units for one euro, as recorded for the day it came
 * in; null where there is none. Its own currency needs none.
 */
export function clockKindOf(expected: Money, rate: string | null): ClockKind {
	const { amountMinor, currency } = LEGAL_CLOCK_ABOVE;
	if (expected.currency !== currency && rate === null) return 'unknown';
	const converted =
		expected.currency === currency || rate === null
			? expected
			: convertMoney(expected, rate, currency);
	return converted.amountMinor > amountMinor ? 'legal' : 'below';
}

/**
 * The last day for the answer: two weeks after the day the inquiry came in where the treatment is
 * urgent, else four (§ 192(8) sentences 2 and 3 VVG). A week ends on the same day of the week
 * (§ 188(2) BGB). A Saturday or holiday does not make it longer (§ 193 BGB would): holidays differ
 * from state to state, and the earlier day is the customer's gain. All inquiries keep this day, also
 * those below the law's amount (decision 0066).
 */
export function answerDueOn(receivedOn: CalendarDate, isUrgent: boolean): CalendarDate {
	const weeks = isUrgent ? ANSWER_WEEKS.urgent : ANSWER_WEEKS.usual;
	return addDays(receivedOn, weeks * DAYS_OF_WEEK);
}

export type InquiryClock = {
	readonly ageDays: number;
	/** 0 on the last day, negative after it. */
	readonly daysLeft: number;
	readonly state: ClockState;
};

/** How pressing an open inquiry is on a day. */
export function readInquiryClock(
	{ receivedOn, dueOn }: { readonly receivedOn: CalendarDate; readonly dueOn: CalendarDate },
	today: CalendarDate
): InquiryClock {
	const daysLeft = daysBetween(today, dueOn);
	return { ageDays: daysBetween(receivedOn, today), daysLeft, state: stateAt(daysLeft) };
}

function stateAt(daysLeft: number): ClockState {
	if (daysLeft < 0) return 'overdue';
	if (daysLeft <= DAYS_LEFT.urgent) return 'urgent';
	return daysLeft <= DAYS_LEFT.soon ? 'soon' : 'on-time';
}

/**
 * Whether the law presumes that the treatment is necessary: the day for the answer has passed without
 * one (§ 192(8) sentence 4 VVG). Nothing is presumed where the law's clock does not run.
 */
export function isNecessityPresumed(
	inquiry: {
		readonly state: InquiryState;
		readonly clock: ClockKind;
		readonly dueOn: CalendarDate;
	},
	today: CalendarDate
): boolean {
	return inquiry.state === 'open' && inquiry.clock === 'legal' && today > inquiry.dueOn;
}

/** What an inquiry is answered with. Anything less than everything has its reasons and its clause. */
export type InquiryAnswer = {
	readonly outcome: InquiryOutcome;
	/** Up to how much, in the currency of the estimate; null unless it is covered in part. */
	readonly upTo: Money | null;
	readonly reason: string;
	/** Where the terms say so. */
	readonly clause: string;
};

/**
 * Checks an answer against the inquiry it is for. Fails with `claims/inquiry-answered` when the table of
 * states has no such step, and at `upTo` with `amount-above-expected` when a part is as much as
 * everything.
 */
export function checkAnswer(
	inquiry: { readonly state: InquiryState; readonly expected: Money },
	answer: InquiryAnswer
): Result<void> {
	if (!INQUIRY_TRANSITIONS[inquiry.state].includes(answer.outcome)) {
		return failed('conflict', 'claims/inquiry-answered');
	}
	if (answer.upTo !== null && answer.upTo.amountMinor >= inquiry.expected.amountMinor) {
		return failed('invalid', 'portal/invalid-input', { upTo: 'amount-above-expected' });
	}
	return ok(undefined);
}

/** Inquiries of one look at the desk's list, and of a customer's own. */
export const INQUIRY_PAGE = 50;
