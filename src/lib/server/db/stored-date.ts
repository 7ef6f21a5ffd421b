import { parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';

/** A date as a column holds it; what else stands there is a fault of the database. */
export function requireDate(text: string): CalendarDate {
	const date = parseCalendarDate(text);
	if (date === null) throw new Error('a stored date is not a calendar date');
	return date;
}
