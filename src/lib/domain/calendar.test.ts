import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, calendarDateOf, daysBetween, isWithin, parseCalendarDate } from './calendar.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};

const anyDate = fc
	.integer({ min: Date.UTC(1900, 0, 1) / DAY_MS, max: Date.UTC(2199, 11, 31) / DAY_MS })
	.map((count) => day(new Date(count * DAY_MS).toISOString().slice(0, 10)));

describe('parseCalendarDate', () => {
	it.each(['2026-11-22', '2024-02-29', '2000-02-29', '1931-01-01'])('takes %s', (text) => {
		expect(parseCalendarDate(text)).toBe(text);
	});

	it.each([
		'2026-02-29',
		'2026-02-30',
		'1900-02-29',
		'2026-13-01',
		'2026-00-10',
		'2026-01-00',
		'2026-1-1',
		'22.11.2026',
		'2026-11-22T00:00:00Z',
		' 2026-11-22',
		''
	])('refuses %j', (text) => {
		expect(parseCalendarDate(text)).toBeNull();
	});
});

describe('calendarDateOf', () => {
	it('is the day in Berlin, not in Greenwich', () => {
		expect(calendarDateOf(Date.UTC(2026, 10, 21, 22, 59, 59))).toBe('2026-11-21');
		expect(calendarDateOf(Date.UTC(2026, 10, 21, 23, 0, 0))).toBe('2026-11-22');
		expect(calendarDateOf(Date.UTC(2026, 6, 1, 21, 59, 59))).toBe('2026-07-01');
		expect(calendarDateOf(Date.UTC(2026, 6, 1, 22, 0, 0))).toBe('2026-07-02');
	});

	it('always is a date that exists', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: Date.UTC(2199, 11, 31) }), (atMs) => {
				const date = calendarDateOf(atMs);
				expect(parseCalendarDate(date)).toBe(date);
			})
		);
	});
});

describe('daysBetween', () => {
	it('counts calendar days across the changes of the clock', () => {
		expect(daysBetween(day('2026-03-28'), day('2026-03-30'))).toBe(2);
		expect(daysBetween(day('2026-10-24'), day('2026-10-26'))).toBe(2);
		expect(daysBetween(day('2024-02-28'), day('2024-03-01'))).toBe(2);
	});

	it('turns its sign with the order', () => {
		fc.assert(
			fc.property(anyDate, anyDate, (a, b) => {
				expect(daysBetween(a, b) + daysBetween(b, a)).toBe(0);
				expect(daysBetween(a, b) >= 0).toBe(a <= b);
			})
		);
	});
});

describe('isWithin', () => {
	const from = day('2026-03-01');
	const to = day('2026-03-31');

	it.each([
		['2026-02-28', false],
		['2026-03-01', true],
		['2026-03-31', true],
		['2026-04-01', false]
	])('%s: %s', (date, expected) => {
		expect(isWithin(day(date), from, to)).toBe(expected);
	});

	it('has no end when the end is null', () => {
		expect(isWithin(day('2199-12-31'), from, null)).toBe(true);
		expect(isWithin(day('2026-02-28'), from, null)).toBe(false);
	});
});
