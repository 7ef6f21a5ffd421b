/** A calendar date without time or zone, `YYYY-MM-DD`. Made only by `parseCalendarDate`. */
export type CalendarDate = string & { readonly __brand: 'CalendarDate' };

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The zone of every legal deadline of the operator (domain.md section 8: name the zone). */
export const OPERATOR_TIME_ZONE = 'Europe/Berlin';

/** The date if `text` is one that exists in the calendar (no 30 February), else null. */
export function parseCalendarDate(text: string): CalendarDate | null {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
	if (!match) return null;
	const at = new Date(`${text}T00:00:00Z`);
	if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text) return null;
	return text as CalendarDate;
}

// By parts: no locale promises to print a whole date as ISO 8601 (en-CA once stopped to).
const DATE_PARTS = new Intl.DateTimeFormat('en', {
	timeZone: OPERATOR_TIME_ZONE,
	year: 'numeric',
	month: '2-digit',
	day: '2-digit'
});

/** The calendar date that an instant (epoch milliseconds) falls on in the operator's time zone. */
export function calendarDateOf(atMs: number): CalendarDate {
	const parts = DATE_PARTS.formatToParts(new Date(atMs));
	const part = (type: Intl.DateTimeFormatPartTypes) =>
		parts.find((candidate) => candidate.type === type)?.value ?? '';
	return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}` as CalendarDate;
}

/** The first instant of a calendar date in the operator's time zone, as epoch milliseconds. */
export function startOfDayMs(date: CalendarDate): number {
	const midnightUtcMs = Date.parse(date);
	// Berlin is one or two hours ahead, and changes its clocks at no midnight.
	const summerMs = midnightUtcMs - 2 * HOUR_MS;
	return calendarDateOf(summerMs) === date ? summerMs : midnightUtcMs - HOUR_MS;
}

/** Calendar days from one date to a later one: 0 on the same day, negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
	return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The date that many calendar days later; earlier for a negative number. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
	return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10) as CalendarDate;
}

/** Whether `date` lies in the closed range; a null end is open. */
export function isWithin(date: CalendarDate, from: CalendarDate, to: CalendarDate | null): boolean {
	return date >= from && (to === null || date <= to);
}
