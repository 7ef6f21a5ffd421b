import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import * as v from 'valibot';
import { parseCalendarDate, type CalendarDate } from '../calendar.ts';
import { compareRates } from '../money.ts';
import type { BilledLine } from './decision.ts';
import type { TypedLine } from './decision-form.schema.ts';
import {
	findRate,
	rateDayOf,
	rateProposalSchema,
	settleRates,
	type RecordedRate
} from './exchange-rates.ts';

const day = (text: string): CalendarDate => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(text);
	return date;
};
const usd = (date: string, rate: string, kind: RecordedRate['kind'] = 'ecb'): RecordedRate => ({
	...{ currency: 'USD', rate, date: day(date), kind },
	source: kind === 'ecb' ? 'ECB' : 'Central Bank of Sample'
});

describe('the rate of a day', () => {
	const friday = usd('2024-06-28', '1.0705');
	const monday = usd('2024-07-01', '1.0745');

	it.each([
		['2024-06-27', null],
		['2024-06-28', '1.0705'],
		['2024-06-29', '1.0705'],
		['2024-06-30', '1.0705'],
		['2024-07-01', '1.0745']
	])('on %s it is %s: weekends take the last day before', (date, rate) => {
		expect(findRate([monday, friday], 'USD', day(date))?.rate ?? null).toBe(rate);
	});

	it('of another currency it is none', () => {
		expect(findRate([friday], 'GBP', day('2024-06-28'))).toBeNull();
	});

	it.each([
		['ecb', '2024-07-08', true],
		['ecb', '2024-07-09', false],
		['second', '2024-07-29', true],
		['second', '2024-07-30', false]
	] as const)('a rate of %s counts on %s: %s', (kind, date, counts) => {
		const rate = usd('2024-06-28', '1.0705', kind);
		expect(findRate([rate], 'USD', day(date)) !== null).toBe(counts);
	});

	test('is never of a later day, and no rate between the two was passed over', () => {
		const days = Array.from({ length: 28 }, (_, index) =>
			day(`2024-02-${String(index + 1).padStart(2, '0')}`)
		);
		fc.assert(
			fc.property(fc.subarray(days), fc.constantFrom(...days), (quoted, asked) => {
				const rates = quoted.map((date) => usd(date, '1.5'));
				const found = findRate(rates, 'USD', asked);
				const before = quoted.filter((date) => date <= asked);
				const last = before.toSorted().at(-1);
				const isYoung = last !== undefined && Number(asked.slice(8)) - Number(last.slice(8)) <= 10;
				expect(found?.date ?? null).toBe(isYoung ? last : null);
			})
		);
	});
});

it.each([
	['received', '2024-07-05'],
	['invoice', '2024-06-20'],
	['treatment', '2024-06-12']
] as const)('by the rule %s the day is %s', (rule, expected) => {
	const invoice = { invoiceDate: day('2024-06-20'), treatmentTo: day('2024-06-12') };
	expect(rateDayOf(invoice, rule, day('2024-07-05'))).toBe(expected);
});

test('rates are compared exactly, whatever zeros they end with', () => {
	const rate = fc
		.tuple(fc.nat({ max: 999_999_999 }), fc.nat({ max: 99_999_999 }))
		.map(([whole, fraction]) => ({
			text: `${whole}.${String(fraction).padStart(8, '0')}`,
			value: BigInt(whole) * 100_000_000n + BigInt(fraction)
		}));
	fc.assert(
		fc.property(rate, rate, (one, other) => {
			const expected = one.value === other.value ? 0 : one.value < other.value ? -1 : 1;
			expect(compareRates(one.text, other.text)).toBe(expected);
			expect(compareRates(one.text.replace(/\.?0+$/, ''), one.text)).toBe(0);
		})
	);
	expect(compareRates('0.1', '0.10000001')).toBe(-1);
});

describe('the rates of a decision', () => {
	const billed: readonly BilledLine[] = [
		{
			...{ invoiceId: 'a', issuer: 'Dr. Sample', invoiceDate: '2024-06-20' },
			...{ insuredPersonId: 'ada', yearStartsOn: day('2024-01-01') },
			billed: { amountMinor: 10_000, currency: 'EUR' }
		},
		{
			...{ invoiceId: 'b', issuer: 'Dr. Sample', invoiceDate: '2024-06-20' },
			...{ insuredPersonId: 'ada', yearStartsOn: day('2024-01-01') },
			billed: { amountMinor: 10_705, currency: 'USD' }
		}
	];
	const line = (invoiceId: string, change: Partial<TypedLine> = {}): TypedLine => ({
		...{ invoiceId, recognised: '', deductible: '', reason: 'none' },
		...{ rate: '', rateDate: '', rateSource: '', ...change }
	});
	const recorded = { rate: '1.0705', date: day('2024-06-28'), source: 'ECB' };
	const settle = (change: Partial<TypedLine>, rate: typeof recorded | null = recorded) =>
		settleRates(billed, [line('a'), line('b', change)], [null, rate], 'EUR');

	it('take the recorded one with its day and source where nothing was typed', () => {
		const result = settle({});
		expect(result.ok && result.value).toEqual([
			line('a'),
			line('b', { rate: '1.0705', rateDate: '2024-06-28', rateSource: 'ECB' })
		]);
	});

	it('take the recorded day and source also where the same rate was typed with others', () => {
		const result = settle({ rate: '1,07050', rateDate: '2024-01-01', rateSource: 'my bank' });
		expect(result.ok && result.value[1]).toMatchObject({ rate: '1.0705', rateSource: 'ECB' });
	});

	it('let a proof stand that is better for the customer', () => {
		const proof = { rate: '1.05', rateDate: '2024-06-21', rateSource: 'bank statement' };
		const result = settle(proof);
		expect(result.ok && result.value[1]).toMatchObject(proof);
	});

	it.each([
		[{ rate: '1.0706' }, recorded, { 'lines.1.rate': 'rate-above-recorded' }],
		[{ rate: '1.0704', rateSource: 'ECB' }, recorded, { 'lines.1.rateSource': 'rate-proof' }],
		[{ rate: '1.0704', rateSource: 'EZB' }, recorded, { 'lines.1.rateSource': 'rate-proof' }],
		[{ rate: '1.05', rateSource: 'guess' }, null, { 'lines.1.rate': 'rate-not-recorded' }],
		[{}, null, { 'lines.1.rate': 'rate-not-recorded' }]
	])('ASVS 2.3.2: %o beside %o fails with %o', (change, rate, issues) => {
		const result = settle(change, rate);
		expect(!result.ok && result.error.issues).toEqual(issues);
	});

	it('leave what is no rate to the form, and other currencies of contracts as typed', () => {
		expect(settle({ rate: 'x' }).ok).toBe(true);
		expect(settleRates(billed, [line('b')], [null, null], 'CHF').ok).toBe(true);
	});
});

it.each([
	[{ currency: 'EUR' }, 'currency'],
	[{ currency: 'XXX' }, 'currency'],
	[{ day: '2024-02-30' }, 'day'],
	[{ rate: '0' }, 'rate'],
	[{ rate: '1e3' }, 'rate'],
	[{ evidence: ' ' }, 'evidence'],
	[{ source: 'x'.repeat(61) }, 'source']
])('ASVS 2.2.1: a second rate with %o is refused', (change, field) => {
	const input = {
		...{ currency: 'UAH', day: '2024-06-28', rate: '43,35', source: 'NBU' },
		evidence: 'https://bank.gov.ua/2024-06-28'
	};
	expect(v.safeParse(rateProposalSchema, input).success).toBe(true);
	const read = v.safeParse(rateProposalSchema, { ...input, ...change });
	expect(read.issues?.[0].path?.[0]?.key).toBe(field);
});
