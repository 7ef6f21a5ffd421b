import { calendarDateOf, DAY_MS, startOfDayMs, type CalendarDate } from '../calendar.ts';
import type { Money } from '../money.ts';
import type { ClockState } from './legal-clock.ts';

/** How far back the time to a decision is counted. */
export const FIGURES_DAYS = 90;

/** Days a decision took, from and to, both included; the last has no end. */
export const DECISION_SPANS = [
	{ from: 0, to: 7 },
	{ from: 8, to: 14 },
	{ from: 15, to: 21 },
	{ from: 22, to: 30 },
	{ from: 31, to: null }
] as const;

/** Open claims by how pressing they are. */
export type OpenByAge = Readonly<Record<ClockState, number>>;

/** Of the claims that came in before each of three instants, those between two of them. */
export function openByAge(counts: {
	readonly all: number;
	readonly soon: number;
	readonly urgent: number;
	readonly overdue: number;
}): OpenByAge {
	return {
		overdue: counts.overdue,
		urgent: counts.urgent - counts.overdue,
		soon: counts.soon - counts.urgent,
		'on-time': counts.all - counts.soon
	};
}

/** How many decisions took how long, one number for each of `DECISION_SPANS`. */
export function decisionsBySpan(
	decisions: readonly { readonly days: number; readonly count: number }[]
): readonly number[] {
	return DECISION_SPANS.map(({ from, to }) =>
		decisions
			.filter(({ days }) => days >= from && (to === null || days <= to))
			.reduce((sum, { count }) => sum + count, 0)
	);
}

/** The share of all decisions within a month, in whole per cent; null where there are none. */
export function shareWithinMonth(bySpan: readonly number[]): number | null {
	const all = bySpan.reduce((sum, count) => sum + count, 0);
	const late = bySpan.at(-1) ?? 0;
	return all === 0 ? null : Math.round(((all - late) / all) * 100);
}

/** From when decisions are counted. */
export function figuresSince(nowMs: number): number {
	return nowMs - FIGURES_DAYS * DAY_MS;
}

/** Calendar months the volume of payments is shown for, this one included. */
export const VOLUME_MONTHS = 6;

/** What one currency had paid out, a sum for each month. */
export type PaidByMonth = {
	readonly currency: string;
	readonly months: readonly { readonly from: CalendarDate; readonly paid: Money }[];
};

/** The first days of the last months, the oldest first. */
export function volumeMonths(nowMs: number): readonly CalendarDate[] {
	const today = calendarDateOf(nowMs);
	const [year = 0, month = 1] = today.split('-').map(Number);
	return Array.from({ length: VOLUME_MONTHS }, (_, index) => {
		const at = new Date(Date.UTC(year, month - VOLUME_MONTHS + index, 1));
		return at.toISOString().slice(0, 10) as CalendarDate;
	});
}

/** The first instants of them. */
export function volumeBegins(nowMs: number): readonly number[] {
	return volumeMonths(nowMs).map(startOfDayMs);
}

/** Every month of every currency; euros always, first. `at` counts from the first of `months`. */
export function paidByMonth(
	months: readonly CalendarDate[],
	sums: readonly { readonly currency: string; readonly at: number; readonly amountMinor: number }[]
): readonly PaidByMonth[] {
	const others = new Set(sums.map(({ currency }) => currency).filter((one) => one !== 'EUR'));
	return ['EUR', ...[...others].toSorted()].map((currency) => ({
		currency,
		months: months.map((from, index) => {
			const sum = sums.find((one) => one.currency === currency && one.at === index);
			return { from, paid: { amountMinor: sum?.amountMinor ?? 0, currency } };
		})
	}));
}
