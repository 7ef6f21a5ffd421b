import { expect, it } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import { usualDayOf, usualTimeOf } from './usual-time.ts';

it('leaves out the fastest and the slowest tenth', () => {
	const days = [90, 3, 4, 5, 6, 7, 8, 9, 12, 0, 4];
	expect(usualTimeOf(days)).toEqual({ fromDays: 3, toDays: 12 });
});

it('says nothing about fewer than ten decisions', () => {
	expect(usualTimeOf(Array.from({ length: 9 }, () => 5))).toBeNull();
	expect(usualTimeOf(Array.from({ length: 10 }, () => 5))).toEqual({ fromDays: 5, toDays: 5 });
});

it('leads to a day, up to that day and no longer', () => {
	const on = (today: string, toDays = 22) =>
		usualDayOf('2026-11-27' as CalendarDate, { fromDays: 0, toDays }, today as CalendarDate);
	expect(on('2026-11-27')).toBe('2026-12-19');
	expect(on('2026-12-19')).toBe('2026-12-19');
	expect(on('2026-12-20')).toBeNull();
	expect(usualDayOf('2026-11-27' as CalendarDate, null, '2026-11-27' as CalendarDate)).toBeNull();
});
