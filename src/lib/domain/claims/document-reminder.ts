import { addDays, type CalendarDate } from '../calendar.ts';

/**
 * Reminders of a document that is missing: the first a week before its day, the last once that day has
 * passed, with what follows from it (domain.md 7 no. 15). Nobody is told more often.
 */
export const REMINDERS = ['first', 'last'] as const;
export type Reminder = (typeof REMINDERS)[number];

/** Days before a document is due. */
export const FIRST_REMINDER_DAYS = 7;

/** Documents due up to this day are worth a first reminder. */
export const firstReminderUntil = (today: CalendarDate): CalendarDate =>
	addDays(today, FIRST_REMINDER_DAYS);

/** The reminder whose turn it is, after `sent` of them (0 to 2); null while there is none. */
export function reminderDue(
	{ dueOn, sent }: { readonly dueOn: CalendarDate; readonly sent: number },
	today: CalendarDate
): Reminder | null {
	if (sent >= REMINDERS.length) return null;
	if (dueOn < today) return 'last';
	return sent === 0 && dueOn <= firstReminderUntil(today) ? 'first' : null;
}
