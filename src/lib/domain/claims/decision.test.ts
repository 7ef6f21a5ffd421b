import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import { MAX_AMOUNT_MINOR } from '../money.ts';
import type { YearRest } from '../contracts/cover.ts';
import {
	REASON_CLAUSES,
	REDUCTION_REASONS,
	completeLines,
	decideClaim,
	proposeDecision,
	type BilledLine,
	type LineEntry,
	type LineInput
} from './decision.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};

const YEAR = day('2026-01-01');
const NEXT_YEAR = day('2027-01-01');
const restOf = (
	deductibleLeftMinor: number,
	maximumLeftMinor: number | null = null,
	yearStartsOn = YEAR,
	insuredPersonId = 'ada'
): YearRest => ({ insuredPersonId, yearStartsOn, deductibleLeftMinor, maximumLeftMinor });
const TERMS = { currency: 'EUR', years: [restOf(5_000)], today: day('2026-11-22') };

const billedOf = (invoiceId: string, amountMinor: number, currency = 'EUR'): BilledLine => ({
	invoiceId,
	issuer: 'Dr. Sample',
	invoiceDate: '2026-05-01',
	...{ insuredPersonId: 'ada', yearStartsOn: YEAR },
	billed: { amountMinor, currency }
});

const inputOf = (invoiceId: string, change: Partial<LineInput> = {}): LineInput => ({
	invoiceId,
	recognisedMinor: 10_000,
	deductibleMinor: 0,
	reason: 'none',
	exchangeRate: null,
	...change
});

const untouched = (invoiceId: string, change: Partial<LineEntry> = {}): LineEntry => ({
	invoiceId,
	recognisedMinor: null,
	deductibleMinor: null,
	reason: 'none',
	exchangeRate: null,
	...change
});

const rateOf = (rate: string, date = '2026-11-20') => ({ rate, date: day(date), source: 'EZB' });

const decideOne = (change: Partial<LineInput>, terms = TERMS) =>
	decideClaim([billedOf('a', 10_000)], [inputOf('a', change)], terms);

const issuesOf = (result: ReturnType<typeof decideClaim>) =>
	result.ok ? {} : (result.error.issues ?? {});

describe('decideClaim: one line', () => {
	it('pays in full what is recognised in full', () => {
		const result = decideOne({});
		expect(result.ok && result.value).toMatchObject({
			outcome: 'approved',
			totals: { paid: { amountMinor: 10_000, currency: 'EUR' } },
			lines: [{ reason: 'none', clause: null, exchangeRate: null }]
		});
	});

	it('stays approved when only the deductible lowers the payment', () => {
		const result = decideOne({ deductibleMinor: 5_000 });
		expect(result.ok && result.value).toMatchObject({
			outcome: 'approved',
			totals: { paid: { amountMinor: 5_000 }, deductible: { amountMinor: 5_000 } }
		});
	});

	it('names the clause of the reason it reduces for', () => {
		const result = decideOne({ recognisedMinor: 9_999, reason: 'fee-too-high' });
		expect(result.ok && result.value).toMatchObject({
			outcome: 'partially_approved',
			lines: [{ clause: REASON_CLAUSES['fee-too-high'] }]
		});
	});

	it('rejects when nothing is recognised', () => {
		const result = decideOne({ recognisedMinor: 0, reason: 'not-covered' });
		expect(result.ok && result.value.outcome).toBe('rejected');
	});

	it.each([
		['a cent above what was billed', { recognisedMinor: 10_001 }, { recognised: 'above-billed' }],
		['less than nothing', { recognisedMinor: -1 }, { recognised: 'above-billed' }],
		['a cent less without a reason', { recognisedMinor: 9_999 }, { reason: 'reason-missing' }],
		[
			'a reason without a reduction',
			{ reason: 'duplicate' },
			{ reason: 'reason-without-reduction' }
		],
		[
			'a deductible a cent above what is recognised',
			{ recognisedMinor: 4_000, deductibleMinor: 4_001, reason: 'plan-limit' },
			{ deductible: 'above-recognised' }
		],
		['a negative deductible', { deductibleMinor: -1 }, { deductible: 'above-recognised' }],
		['a cent more than is left', { deductibleMinor: 5_001 }, { deductible: 'deductible-exceeded' }]
	] as const)('refuses %s', (_, change, expected) => {
		const [field = '', code] = Object.entries(expected)[0] ?? [];
		expect(issuesOf(decideOne(change))).toMatchObject({ [`lines.0.${field}`]: code });
	});

	it('takes the very amounts at the bounds', () => {
		expect(decideOne({ recognisedMinor: 10_000, deductibleMinor: 5_000 }).ok).toBe(true);
		expect(decideOne({ recognisedMinor: 0, reason: 'duplicate' }).ok).toBe(true);
		const whole = { ...TERMS, years: [restOf(10_000)] };
		expect(decideOne({ deductibleMinor: 10_000 }, whole).ok).toBe(true);
	});
});

describe('decideClaim: foreign currency', () => {
	const dollars = [billedOf('a', 10_705, 'USD')];
	const input = (change: Partial<LineInput> = {}) => [
		inputOf('a', { exchangeRate: rateOf('1.0705'), ...change })
	];

	it('converts at the rate given and keeps rate, day and source', () => {
		const result = decideClaim(dollars, input(), TERMS);
		expect(result.ok && result.value.lines[0]).toMatchObject({
			billed: { amountMinor: 10_705, currency: 'USD' },
			billedConverted: { amountMinor: 10_000, currency: 'EUR' },
			exchangeRate: { rate: '1.0705', date: '2026-11-20', source: 'EZB' }
		});
	});

	it('asks for a rate', () => {
		expect(issuesOf(decideClaim(dollars, input({ exchangeRate: null }), TERMS))).toEqual({
			'lines.0.rate': 'rate-missing'
		});
	});

	it('refuses the rate of tomorrow and takes that of today', () => {
		const tomorrow = input({ exchangeRate: rateOf('1.0705', '2026-11-23') });
		expect(issuesOf(decideClaim(dollars, tomorrow, TERMS))).toEqual({
			'lines.0.rateDate': 'date-in-future'
		});
		const today = input({ exchangeRate: rateOf('1.0705', '2026-11-22') });
		expect(decideClaim(dollars, today, TERMS).ok).toBe(true);
	});

	it('ASVS 1.4.2: refuses a rate that makes the amount absurd', () => {
		const millions = [billedOf('a', MAX_AMOUNT_MINOR, 'USD')];
		const absurd = input({ exchangeRate: rateOf('0.00000001') });
		expect(issuesOf(decideClaim(millions, absurd, TERMS))).toMatchObject({
			'lines.0.rate': 'rate-invalid'
		});
	});

	it('ignores a rate given for an invoice in the currency of the contract', () => {
		const result = decideClaim([billedOf('a', 10_000)], input(), TERMS);
		expect(result.ok && result.value.lines[0]?.exchangeRate).toBeNull();
	});
});

describe('decideClaim: several lines', () => {
	const billed = [billedOf('a', 10_000), billedOf('b', 10_000)];

	it('finds the line by its invoice, in whatever order they come', () => {
		const inputs = [inputOf('b', { recognisedMinor: 0, reason: 'duplicate' }), inputOf('a')];
		const result = decideClaim(billed, inputs, TERMS);
		expect(result.ok && result.value.lines.map((line) => line.recognised.amountMinor)).toEqual([
			10_000, 0
		]);
		expect(result.ok && result.value.outcome).toBe('partially_approved');
	});

	it('names the line that is missing, and takes no line nobody billed', () => {
		expect(issuesOf(decideClaim(billed, [inputOf('a'), inputOf('z')], TERMS))).toEqual({
			'lines.1.recognised': 'required'
		});
	});

	it('blames the line at which the deductible runs out', () => {
		const inputs = [
			inputOf('a', { deductibleMinor: 3_000 }),
			inputOf('b', { deductibleMinor: 2_001 })
		];
		expect(issuesOf(decideClaim(billed, inputs, TERMS))).toEqual({
			'lines.1.deductible': 'deductible-exceeded'
		});
	});
});

describe('a claim of several people', () => {
	const billed = [billedOf('a', 10_000), { ...billedOf('b', 10_000), insuredPersonId: 'ben' }];
	const years = [restOf(5_000, 7_000), restOf(3_000, 6_000, YEAR, 'ben')];
	const terms = { ...TERMS, years };

	it('takes from each their own deductible', () => {
		const proposed = proposeDecision(billed, terms);
		expect(proposed.map((line) => line.deductibleMinor)).toEqual([5_000, 3_000]);
	});

	it('pays nobody from what another has left of the maximum', () => {
		const inputs = [
			inputOf('a', { deductibleMinor: 5_000 }),
			inputOf('b', { deductibleMinor: 3_000 })
		];
		expect(issuesOf(decideClaim(billed, inputs, terms))).toEqual({
			'lines.1.recognised': 'maximum-exceeded'
		});
	});
});

describe('decideClaim: insurance years and the maximum', () => {
	const billed = [
		billedOf('a', 10_000),
		{ ...billedOf('b', 10_000), yearStartsOn: NEXT_YEAR },
		billedOf('c', 10_000)
	];
	const inputs = billed.map(({ invoiceId }) => inputOf(invoiceId));

	it.each([
		['the very sum that is left', 20_000, {}],
		['a cent more', 19_999, { 'lines.2.recognised': 'maximum-exceeded' }],
		[
			'anything where nothing is left',
			0,
			{ 'lines.0.recognised': 'maximum-exceeded', 'lines.2.recognised': 'maximum-exceeded' }
		]
	])('B1: pays of the maximum of a year at most %s', (_, left, issues) => {
		const years = [restOf(0, left), restOf(0, 10_000, NEXT_YEAR)];
		expect(issuesOf(decideClaim(billed, inputs, { ...TERMS, years }))).toEqual(issues);
	});

	it('what the customer carries takes nothing of the maximum', () => {
		const years = [restOf(5_000, 5_000)];
		expect(decideOne({ deductibleMinor: 5_000 }, { ...TERMS, years }).ok).toBe(true);
		expect(issuesOf(decideOne({ deductibleMinor: 4_999 }, { ...TERMS, years }))).toEqual({
			'lines.0.recognised': 'maximum-exceeded'
		});
	});

	it('takes the deductible of each year from its own lines', () => {
		const years = [restOf(12_000), restOf(3_000, null, NEXT_YEAR)];
		expect(
			proposeDecision(billed, { ...TERMS, years }).map((line) => line.deductibleMinor)
		).toEqual([10_000, 3_000, 2_000]);
	});

	it('what was typed for one year leaves the deductible of the other as it is', () => {
		const years = [restOf(5_000), restOf(3_000, null, NEXT_YEAR)];
		const entries = billed.map(({ invoiceId }) =>
			untouched(invoiceId, invoiceId === 'b' ? { deductibleMinor: 2_000 } : {})
		);
		expect(
			completeLines(billed, entries, { ...TERMS, years }).map((line) => line.deductibleMinor)
		).toEqual([5_000, 2_000, 0]);
	});

	it('throws where nobody has said what a year has left', () => {
		expect(() => decideClaim(billed, inputs, TERMS)).toThrow('left');
	});
});

describe('completeLines', () => {
	it('recognises all, and takes the deductible from the first lines until it is used up', () => {
		const billed = [billedOf('a', 2_000), billedOf('b', 9_000), billedOf('c', 1_000)];
		const lines = completeLines(
			billed,
			billed.map(({ invoiceId }) => untouched(invoiceId)),
			TERMS
		);
		expect(lines.map((line) => [line.recognisedMinor, line.deductibleMinor])).toEqual([
			[2_000, 2_000],
			[9_000, 3_000],
			[1_000, 0]
		]);
	});

	it('leaves typed amounts as they are and gives the other lines what they leave', () => {
		const billed = [billedOf('a', 10_000), billedOf('b', 10_000)];
		const entries = [untouched('a'), untouched('b', { deductibleMinor: 4_000 })];
		expect(completeLines(billed, entries, TERMS).map((line) => line.deductibleMinor)).toEqual([
			1_000, 4_000
		]);
	});

	it('takes no deductible from a line that is refused', () => {
		const billed = [billedOf('a', 10_000), billedOf('b', 10_000)];
		const entries = [untouched('a', { recognisedMinor: 0, reason: 'duplicate' }), untouched('b')];
		expect(completeLines(billed, entries, TERMS).map((line) => line.deductibleMinor)).toEqual([
			0, 5_000
		]);
	});

	it('converts a foreign line once its rate is known', () => {
		const billed = [billedOf('a', 10_705, 'USD')];
		const entries = [untouched('a', { exchangeRate: rateOf('1.0705') })];
		expect(completeLines(billed, entries, TERMS)[0]).toMatchObject({
			recognisedMinor: 10_000,
			deductibleMinor: 5_000
		});
	});

	it('leaves out a line that was not sent, for decideClaim to ask for', () => {
		expect(completeLines([billedOf('a', 1)], [], TERMS)).toEqual([]);
	});
});

const anyBilled = fc
	.array(fc.integer({ min: 1, max: MAX_AMOUNT_MINOR }), { minLength: 1, maxLength: 20 })
	.map((amounts) => amounts.map((amount, index) => billedOf(`i${index}`, amount)));
const anyTerms = fc
	.integer({ min: 0, max: 100_000 })
	.map((leftMinor) => ({ ...TERMS, leftMinor, years: [restOf(leftMinor)] }));

describe('for any claim', () => {
	it('the proposal can be decided as it is, and uses of the deductible all it can', () => {
		fc.assert(
			fc.property(anyBilled, anyTerms, (billed, terms) => {
				const result = decideClaim(billed, proposeDecision(billed, terms), terms);
				if (!result.ok) throw new Error(JSON.stringify(result.error.issues));
				const { totals, outcome } = result.value;
				expect(outcome).toBe('approved');
				expect(totals.deductible.amountMinor).toBe(
					Math.min(terms.leftMinor, totals.billed.amountMinor)
				);
			})
		);
	});

	it('what is decided adds up, and never pays more than was billed', () => {
		const share = fc.double({ min: 0, max: 1, noNaN: true });
		const shares = fc.array(fc.tuple(share, share), { minLength: 20, maxLength: 20 });
		fc.assert(
			fc.property(anyBilled, anyTerms, shares, (billed, terms, parts) => {
				const inputs = billed.map((line, index) => {
					const [recognised = 1, deductible = 0] = parts[index] ?? [];
					const recognisedMinor = Math.floor(line.billed.amountMinor * recognised);
					return inputOf(line.invoiceId, {
						recognisedMinor,
						deductibleMinor: Math.floor((recognisedMinor * deductible) / 1000),
						reason: recognisedMinor < line.billed.amountMinor ? 'plan-limit' : 'none'
					});
				});
				const usedMinor = inputs.reduce((sum, input) => sum + input.deductibleMinor, 0);
				const result = decideClaim(billed, inputs, terms);
				expect(result.ok).toBe(usedMinor <= terms.leftMinor);
				if (!result.ok) return;
				const { billed: all, recognised, deductible, paid } = result.value.totals;
				expect(paid.amountMinor).toBe(recognised.amountMinor - deductible.amountMinor);
				expect(paid.amountMinor).toBeGreaterThanOrEqual(0);
				expect(recognised.amountMinor).toBeLessThanOrEqual(all.amountMinor);
			})
		);
	});
});

describe('REASON_CLAUSES', () => {
	it('gives every reason but none a clause', () => {
		for (const reason of REDUCTION_REASONS) {
			expect(REASON_CLAUSES[reason] === null).toBe(reason === 'none');
		}
	});
});
