import { addDays, type CalendarDate } from '../calendar.ts';

/** Fewer decisions say nothing usual, and too much about single claims. */
const FEWEST = 10;

/** How far back decisions count, in days. */
export const USUAL_TIME_DAYS = 90;

/** The last decisions that are looked at: enough for a range, and the same cost at any size. */
export const USUAL_TIME_SAMPLE = 500;

/** Whole days after which eight of ten claims were decided: not before the first, not after the last. */
export type UsualTime = { readonly fromDays: number; readonly toDays: number };

/** The range without the fastest and the slowest tenth; null where too few were decided. */
export function usualTimeOf(days: readonly number[]): UsualTime | null {
	if (days.length < FEWEST) return null;
	const sorted = days.toSorted((one, other) => one - other);
	const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
	return { fromDays: at(0.1), toDays: at(0.9) };
}

/**
 * The day by which eight of ten claims that came in with this one are decided. Null where no range is
 * known, and where that day is over: a day in the past is no outlook.
 */
export function usualDayOf(
	submittedOn: CalendarDate,
	usual: UsualTime | null,
	today: CalendarDate
): CalendarDate | null {
	const day = usual && addDays(submittedOn, usual.toDays);
	return day !== null && day >= today ? day : null;
}
