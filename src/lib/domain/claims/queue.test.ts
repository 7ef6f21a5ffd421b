import { describe, expect, it } from 'vitest';
import { calendarDateOf, parseCalendarDate, startOfDayMs } from '../calendar.ts';
import { readLegalClock } from './legal-clock.ts';
import {
	normaliseClaimNumber,
	parseCursor,
	parseQueueFilter,
	parseQueueSearch,
	queueQuery,
	submittedBefore,
	writeCursor
} from './queue.ts';

const ID = '019aa000-0000-7000-8000-00000000000a';

describe('parseCursor', () => {
	it('reads back what writeCursor wrote', () => {
		const cursor = { submittedAtMs: 1_795_000_000_000, id: ID };
		expect(parseCursor(writeCursor(cursor))).toEqual(cursor);
	});

	it.each([null, '', '_', `x_${ID}`, `1_${ID}x`, "1_' or 1=1 --", `-1_${ID}`, `1e9_${ID}`])(
		'takes %j for no cursor',
		(text) => {
			expect(parseCursor(text)).toBeNull();
		}
	);
});

describe('normaliseClaimNumber', () => {
	it.each(['S-2026-7K4MXR', ' s-2026-7k4mxr ', 'S-2026- 7K4MXR'])('reads %j', (typed) => {
		expect(normaliseClaimNumber(typed)).toBe('S-2026-7K4MXR');
	});

	it.each(['', 'S', '<script>', '-----', 'S-2026-7K4MXR-AND-MUCH-MORE-OF-IT', 'S_2026'])(
		'refuses %j',
		(typed) => {
			expect(normaliseClaimNumber(typed)).toBeNull();
		}
	);
});

describe('what is searched', () => {
	it('is a number where it has a digit, else a name', () => {
		expect(parseQueueSearch(' s-2026-7k4mxr')).toEqual({ number: 'S-2026-7K4MXR' });
		expect(parseQueueSearch(' ma-2041 7735 ')).toEqual({ policyNumber: 'MA-20417735' });
		expect(parseQueueSearch('0012/345')).toEqual({ policyNumber: '0012/345' });
		expect(parseQueueSearch('S-2026-7K4MXR-and-more-of-it')).toBeNull();
		expect(parseQueueSearch('Nguyễn, Mai')).toEqual({ name: 'Nguyễn, Mai' });
		expect(parseQueueSearch('MUELLER')).toEqual({ name: 'MUELLER' });
		expect(parseQueueSearch('7_')).toBeNull();
		expect(parseQueueSearch(' - ')).toBeNull();
	});
});

describe('a filter in the URL', () => {
	const EVERYTHING = { owner: 'all', age: 'any', state: 'any', order: 'oldest' } as const;
	it('comes back as it was written, and says nothing where it is usual', () => {
		const filter = {
			owner: 'mine',
			age: 'urgent',
			state: 'in_review',
			order: 'newest'
		} as const;
		const query = new URLSearchParams(queueQuery(filter, 'cursor'));
		expect(query.get('after')).toBe('cursor');
		expect(parseQueueFilter((name) => query.get(name))).toEqual(filter);
		expect(queueQuery(EVERYTHING)).toBe('');
	});

	it('means everything where it is no word of ours', () => {
		expect(parseQueueFilter(() => "mine' or 1=1")).toEqual(EVERYTHING);
		expect(parseQueueFilter(() => null)).toEqual(EVERYTHING);
	});
});

describe('how old a claim must be', () => {
	// In summer, in winter, on the days the clocks change, just after and just before midnight in Berlin.
	it.each([
		'2026-07-15T12:00:00Z',
		'2026-11-26T22:59:59Z',
		'2026-11-26T23:00:00Z',
		'2026-03-29T00:30:00Z',
		'2026-10-25T00:30:00Z',
		'2026-11-08T23:30:00Z'
	])('is counted as the legal clock counts, at %s', (now) => {
		const nowMs = Date.parse(now);
		const today = calendarDateOf(nowMs);
		for (const age of ['soon', 'urgent', 'overdue'] as const) {
			const beforeMs = submittedBefore(age, nowMs) ?? 0;
			const clockAt = (atMs: number) => readLegalClock(calendarDateOf(atMs), today).ageDays;
			const least = { soon: 14, urgent: 21, overdue: 30 }[age];
			expect(clockAt(beforeMs - 1)).toBe(least);
			expect(clockAt(beforeMs)).toBe(least - 1);
		}
		expect(submittedBefore('any', nowMs)).toBeNull();
	});

	it('begins a day where the calendar of Berlin begins it', () => {
		for (const day of ['2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26', '2026-01-01']) {
			const date = parseCalendarDate(day);
			if (!date) throw new Error('no date');
			expect(calendarDateOf(startOfDayMs(date))).toBe(date);
			expect(calendarDateOf(startOfDayMs(date) - 1)).not.toBe(date);
		}
	});
});
