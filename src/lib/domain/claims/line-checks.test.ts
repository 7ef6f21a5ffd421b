import { describe, expect, it } from 'vitest';
import { parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { checkLines, type CheckedInvoice, type CheckTerms } from './line-checks.ts';

const day = (text: string): CalendarDate => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};
const invoice = (change: Partial<CheckedInvoice> = {}): CheckedInvoice => ({
	id: 'a',
	insuredPersonId: 'ada',
	number: 'R-1',
	invoiceDate: day('2026-05-10'),
	treatmentFrom: day('2026-05-01'),
	treatmentTo: day('2026-05-02'),
	amountMinor: 10_000,
	currency: 'EUR',
	rate: null,
	...change
});
const terms = (change: Partial<CheckTerms> = {}): CheckTerms => ({
	startsOn: day('2026-01-01'),
	endsOn: day('2026-12-31'),
	currency: 'EUR',
	years: [],
	claimNumber: 'S-2026-AAAAAA',
	known: [],
	...change
});
const withMaximum = (leftMinor: number): Partial<CheckTerms> => ({
	years: [
		{
			...{ insuredPersonId: 'ada', yearStartsOn: day('2026-01-01') },
			deductibleLeftMinor: 0,
			maximumLeftMinor: Math.max(0, leftMinor)
		}
	]
});
const kindsOf = (change: Partial<CheckedInvoice>, of: Partial<CheckTerms> = {}) =>
	checkLines([invoice(change)], terms(of))[0]?.map(({ kind }) => kind);

describe('the dates of an invoice', () => {
	it.each([
		['2025-12-30', '2025-12-31', ['outside-cover']],
		['2025-12-31', '2026-01-01', ['partly-covered']],
		['2026-01-01', '2026-01-01', []],
		['2026-12-31', '2026-12-31', []],
		['2026-12-31', '2027-01-01', ['partly-covered']],
		['2027-01-01', '2027-01-02', ['outside-cover']]
	])('a treatment from %s to %s: %j', (from, to, kinds) => {
		const invoiceDate = day('2027-02-01');
		expect(kindsOf({ treatmentFrom: day(from), treatmentTo: day(to), invoiceDate })).toEqual(kinds);
	});

	it.each([
		['2026-04-30', ['billed-before-treatment']],
		['2026-05-01', []]
	])('an invoice of %s for a treatment from 1 May: %j', (date, kinds) => {
		expect(kindsOf({ invoiceDate: day(date) })).toEqual(kinds);
	});
});

describe('an invoice that is known', () => {
	const known = { ...invoice({ id: 'b' }), claimId: 'claim-b', claimNumber: 'S-2026-BBBBBB' };

	it('is found by number, date and amount, and named with its claim', () => {
		expect(checkLines([invoice()], terms({ known: [known] }))).toEqual([
			[
				{
					...{ kind: 'duplicate', isSameClaim: false },
					...{ claimId: 'claim-b', claimNumber: 'S-2026-BBBBBB' }
				}
			]
		]);
	});

	it('is the first of several', () => {
		const later = { ...known, id: 'd', claimId: 'claim-d', claimNumber: 'S-2026-DDDDDD' };
		expect(checkLines([invoice()], terms({ known: [known, later] }))).toMatchObject([
			[{ claimId: 'claim-b' }]
		]);
	});

	it('is found however its number is written', () => {
		for (const number of ['r1', 'R 1', 'r-1', '00R-1']) {
			expect(kindsOf({ number }, { known: [known] })).toEqual(['duplicate']);
		}
	});

	it.each([
		['number', { number: 'R-2' }],
		['date', { invoiceDate: day('2026-05-11') }],
		['amount', { amountMinor: 10_001 }],
		['currency', { currency: 'USD' }]
	])('is another one with another %s', (_, change) => {
		expect(kindsOf(change, { known: [known] })).not.toContain('duplicate');
	});

	it('is not the invoice itself, but may be in the same claim', () => {
		const own = { ...invoice(), claimId: 'claim-a', claimNumber: 'S-2026-AAAAAA' };
		expect(kindsOf({}, { known: [own] })).toEqual([]);
		expect(checkLines([invoice({ id: 'c' })], terms({ known: [own] }))).toEqual([
			[
				{
					...{ kind: 'duplicate', isSameClaim: true },
					...{ claimId: 'claim-a', claimNumber: 'S-2026-AAAAAA' }
				}
			]
		]);
	});
});

describe('the maximum', () => {
	it.each([
		[10_000, 0, []],
		[9_999, 0, ['above-maximum']],
		[20_000, 10_000, []],
		[20_000, 10_001, ['above-maximum']],
		[5_000, 9_000, ['above-maximum']]
	])('of %i with %i paid already: %j', (maximumMinor, paidMinor, kinds) => {
		expect(kindsOf({}, withMaximum(maximumMinor - paidMinor))).toEqual(kinds);
	});

	it('is used up line by line', () => {
		const lines = [invoice(), invoice({ id: 'b', number: 'R-2' })];
		expect(checkLines(lines, terms(withMaximum(15_000)))).toEqual([
			[],
			[{ kind: 'above-maximum', leftMinor: 5_000 }]
		]);
	});
});

it('a foreign invoice with a rate takes of the maximum what it comes to', () => {
	const dollars = invoice({ currency: 'USD', amountMinor: 10_705, rate: '1.0705' });
	const lines = [dollars, invoice({ id: 'b', number: 'R-2' })];
	expect(checkLines(lines, terms(withMaximum(15_000)))).toEqual([
		[],
		[{ kind: 'above-maximum', leftMinor: 5_000 }]
	]);
});

it('a foreign invoice needs a rate, and takes nothing of the maximum before it has one', () => {
	const lines = [invoice({ currency: 'USD' }), invoice({ id: 'b', number: 'R-2' })];
	expect(checkLines(lines, terms(withMaximum(10_000)))).toEqual([
		[{ kind: 'rate-needed', currency: 'USD' }],
		[]
	]);
});
