import { addDays, type CalendarDate } from '../calendar.ts';

/**
 * Reminders of a document that is missing: the first a week before its day, the last once that day has
 * passed, with what follows from it (domain.md 7 no. 15). Nobody is told more often.
 */
export const REMINDERS = ['first', 'last'] as const;

/** Days before a document is due. */
const FIRST_REMINDER_DAYS = 7;

/** Documents due up to this day are worth a first reminder. */
export const firstReminderUntil = (today: CalendarDate): CalendarDate =>
	addDays(today, FIRST_REMINDER_DAYS);
