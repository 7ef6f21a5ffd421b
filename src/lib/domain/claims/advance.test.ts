import { describe, expect, it, test } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import {
	advanceFrom,
	mostOfAdvance,
	standOfAdvance,
	type AdvanceOutcome,
	type AdvanceStand
} from './advance.ts';
import type { ClaimState } from './claim.ts';
import type { BilledLine } from './decision.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};

describe('the first day for an advance', () => {
	it.each([
		// Thirty days, where the month has more.
		['2026-10-01', 0, '2026-10-31'],
		['2026-12-31', 0, '2027-01-30'],
		// The calendar's month, where it is shorter (§ 188 (2), (3) BGB).
		['2026-02-01', 0, '2026-03-02'],
		['2026-01-31', 0, '2026-03-01'],
		['2028-01-31', 0, '2028-03-01'],
		// The customer's own delay stops it (§ 14 (2) 3 VVG).
		['2026-10-01', 5, '2026-11-05']
	])('§ 14 VVG: of a claim of %s with %i days of delay is %s', (from, paused, first) => {
		expect(advanceFrom(day(from), paused)).toBe(first);
	});
});

describe('where a claim stands', () => {
	const claim = { submittedOn: day('2026-10-01'), pausedDays: 0 };
	const cases: readonly (readonly [
		AdvanceStand,
		string,
		ClaimState,
		readonly (AdvanceOutcome | null)[]
	])[] = [
		['too-early', '2026-10-30', 'in_review', []],
		['possible', '2026-10-31', 'in_review', []],
		['possible', '2026-10-31', 'submitted', []],
		['waits-for-customer', '2026-10-31', 'documents_requested', []],
		['asked', '2026-10-31', 'in_review', [null]],
		['asked', '2026-10-31', 'documents_requested', [null]],
		['possible', '2026-10-31', 'in_review', ['refused']],
		['asked', '2026-10-31', 'in_review', ['refused', null]],
		['granted', '2026-10-31', 'in_review', ['refused', 'granted']],
		['decided', '2026-10-31', 'approved', ['settled']]
	];
	it.each(cases)('is %s on %s in %s after %j', (stand, today, state, outcomes) => {
		expect(standOfAdvance({ ...claim, state, outcomes }, day(today))).toBe(stand);
	});
});

describe('the most that may be paid in advance', () => {
	const YEAR = day('2026-01-01');
	const NEXT = day('2027-01-01');
	const billedOf = (
		id: string,
		amountMinor: number,
		currency = 'EUR',
		year = YEAR
	): BilledLine => ({
		...{ invoiceId: id, issuer: 'Dr. Sample', invoiceDate: '2026-05-01' },
		...{ insuredPersonId: 'ada', yearStartsOn: year, billed: { amountMinor, currency } }
	});
	const rest = (deductibleLeftMinor: number, maximumLeftMinor: number | null, year = YEAR) => ({
		...{ insuredPersonId: 'ada', yearStartsOn: year, deductibleLeftMinor, maximumLeftMinor }
	});
	const most = (
		billed: readonly BilledLine[],
		years: ReturnType<typeof rest>[],
		rates: Parameters<typeof mostOfAdvance>[1] = []
	) => mostOfAdvance(billed, rates, { currency: 'EUR', years });

	test('is what was billed less the deductible, and never below nothing', () => {
		expect(most([billedOf('a', 10_000)], [rest(3_000, null)])).toBe(7_000);
		expect(most([billedOf('a', 2_000)], [rest(3_000, null)])).toBe(0);
	});

	test('ends at what the maximum has left, year by year', () => {
		const billed = [billedOf('a', 10_000), billedOf('b', 5_000, 'EUR', NEXT)];
		expect(most(billed, [rest(1_000, 4_000), rest(1_000, 99_000, NEXT)])).toBe(8_000);
	});

	test('counts a foreign bill by the recorded rate, and nothing without one', () => {
		const billed = [billedOf('a', 1_000), billedOf('b', 2_000, 'USD')];
		expect(most(billed, [rest(0, null)])).toBe(1_000);
		const rate = { rate: '2', date: day('2026-05-01'), source: 'ECB' };
		expect(most(billed, [rest(0, null)], [null, rate])).toBe(2_000);
	});
});
