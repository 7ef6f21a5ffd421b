import { expect, it } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import type { DecidedLine } from './decision.ts';
import { canObject, contestableLinesOf, objectionEndsOn, readReviewClock } from './review.ts';

const day = (text: string) => text as CalendarDate;

it('takes objections until the end of the third year after the decision', () => {
	expect(objectionEndsOn(day('2026-01-01'))).toBe('2029-12-31');
	expect(canObject(day('2026-12-31'), day('2029-12-31'))).toBe(true);
	expect(canObject(day('2026-12-31'), day('2030-01-01'))).toBe(false);
});

it('lets its owner contest what pays less, and every line where no person has decided', () => {
	const lineOf = (recognisedMinor: number): DecidedLine => {
		const billed = { amountMinor: 100, currency: 'EUR' };
		const recognised = { amountMinor: recognisedMinor, currency: 'EUR' };
		return {
			...{ invoiceId: 'i', issuer: 'Dr. Sample', invoiceDate: '2026-10-02', billed },
			...{ billedConverted: billed, exchangeRate: null, recognised, paid: recognised },
			...{ deductible: { amountMinor: 0, currency: 'EUR' }, reason: 'none', clause: null }
		};
	};
	const totals = { billed: lineOf(1).billed, recognised: lineOf(1).billed };
	const decision = {
		...{ lines: [lineOf(100), lineOf(99)], outcome: 'approved' as const },
		totals: { ...totals, deductible: lineOf(1).deductible, paid: lineOf(1).billed }
	};
	const contestable = (isDecidedByRules: boolean, today = day('2026-12-01')) => {
		const claim = { decision, decidedAtMs: Date.UTC(2026, 10, 22), isDecidedByRules };
		return contestableLinesOf(claim, today).map(({ line }) => line);
	};
	expect(contestable(false)).toEqual([2]);
	expect(contestable(true)).toEqual([1, 2]);
	expect(contestable(true, day('2030-01-01'))).toEqual([]);
});

it('gives a review a month of its own', () => {
	expect(readReviewClock(day('2026-11-01'), day('2026-11-22'))).toMatchObject({
		...{ ageDays: 21, daysLeft: 9, state: 'urgent' }
	});
});
