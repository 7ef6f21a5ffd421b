import { calendarDateOf, type CalendarDate } from '../calendar.ts';
import type { DecidedLine, Decision } from './decision.ts';
import { readLegalClock, type LegalClock } from './legal-clock.ts';

/** Why a decided claim is looked at once more: its owner objects to a line, or a clerk has found a reason. */
export const REVIEW_KINDS = ['objection', 'reopening'] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/** The decision stays as it is, or a new one takes its place (features.md 4.4). */
export const REVIEW_OUTCOMES = ['upheld', 'changed'] as const;
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number];

/** Years after that of the decision in which its owner can still demand more: §§ 195, 199 BGB. */
const LIMITATION_YEARS = 3;

/** The last day on which an objection to a decision of this day is taken: 31 December, three years on. */
export function objectionEndsOn(decidedOn: CalendarDate): CalendarDate {
	const year = Number(decidedOn.slice(0, 4)) + LIMITATION_YEARS;
	return `${year}-12-31` as CalendarDate;
}

export function canObject(decidedOn: CalendarDate, today: CalendarDate): boolean {
	return today <= objectionEndsOn(decidedOn);
}

/** A line that its owner may object to; `line` counts from 1. */
export type ContestableLine = DecidedLine & { readonly line: number };

/**
 * The lines of a decision that its owner may object to today: those that pay less than was billed, and
 * all of them where no person has decided (§ 37 (1) no. 2 BDSG). None before it is taken.
 */
export function contestableLinesOf(
	claim: {
		readonly decision: Decision | null;
		readonly decidedAtMs: number | null;
		readonly isDecidedByRules: boolean;
	},
	today: CalendarDate
): readonly ContestableLine[] {
	const { decision, decidedAtMs, isDecidedByRules } = claim;
	if (!decision || decidedAtMs === null) return [];
	return numberedContestable({ lines: decision.lines, decidedAtMs, isDecidedByRules }, today);
}

/** The same for the lines of the statement that is in force, as its reader has them. */
export function numberedContestable<
	Line extends Pick<DecidedLine, 'recognised' | 'billedConverted'>
>(
	decided: {
		readonly lines: readonly Line[];
		readonly decidedAtMs: number;
		readonly isDecidedByRules: boolean;
	},
	today: CalendarDate
): readonly (Line & { readonly line: number })[] {
	if (!canObject(calendarDateOf(decided.decidedAtMs), today)) return [];
	return decided.lines.flatMap((line, index) =>
		decided.isDecidedByRules || line.recognised.amountMinor < line.billedConverted.amountMinor
			? [{ ...line, line: index + 1 }]
			: []
	);
}

/** A review has its own month: what was decided then is no longer the question. */
export function readReviewClock(openedOn: CalendarDate, today: CalendarDate): LegalClock {
	return readLegalClock(openedOn, today);
}

/** What one side writes to the other about a decision. */
export const REVIEW_TEXT = { shortest: 10, longest: 1000 } as const;
