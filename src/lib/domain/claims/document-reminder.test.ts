import { expect, test } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import { reminderDue } from './document-reminder.ts';

const TODAY = '2026-11-20' as CalendarDate;

test.each([
	['2026-11-28', 0, null],
	['2026-11-27', 0, 'first'],
	['2026-11-20', 0, 'first'],
	['2026-11-27', 1, null],
	['2026-11-20', 1, null],
	['2026-11-19', 1, 'last'],
	// Nobody ran the jobs for a while: the last one alone.
	['2026-11-19', 0, 'last'],
	['2026-11-19', 2, null]
] as const)('due on %s after %i reminders: %s', (dueOn, sent, reminder) => {
	expect(reminderDue({ dueOn: dueOn as CalendarDate, sent }, TODAY)).toBe(reminder);
});
