import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, parseCalendarDate } from '../calendar.ts';
import {
	decideClaim,
	proposeDecision,
	type BilledLine,
	type LineInput
} from '../claims/decision.ts';
import { deductibleLeftAfter, usesOf } from '../claims/decision-cover.ts';
import {
	coverYears,
	insuranceYearOf,
	isSameYear,
	restOfYear,
	restsOn,
	type CoverTerms,
	type InsuredYear,
	type KnownUse
} from './cover.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};
const START = day('2025-10-01');
const NEXT = day('2026-10-01');
const ADA = 'ada';
const BEN = 'ben';
/** Ada's first year. */
const FIRST = { insuredPersonId: ADA, yearStartsOn: START };
const TERMS: CoverTerms = { startsOn: START, deductibleMinor: 5_000, maximumMinor: 100_000 };
const use = (deductibleMinor: number, paidMinor: number, change: Partial<KnownUse> = {}) => ({
	...{ ...FIRST, deductibleMinor, paidMinor, isOfThisClaim: false },
	...change
});

describe('insuranceYearOf', () => {
	it.each([
		['2025-10-01', '2025-09-30', '2025-10-01'],
		['2025-10-01', '2025-10-01', '2025-10-01'],
		['2025-10-01', '2026-09-30', '2025-10-01'],
		['2025-10-01', '2026-10-01', '2026-10-01'],
		['2025-01-01', '2026-12-31', '2026-01-01'],
		['2024-02-29', '2025-02-28', '2024-02-29'],
		['2024-02-29', '2025-03-01', '2025-03-01'],
		['2024-02-29', '2028-02-28', '2027-03-01'],
		['2024-02-29', '2028-02-29', '2028-02-29']
	])('of a contract from %s, the day %s lies in the year from %s', (startsOn, on, year) => {
		expect(insuranceYearOf(day(startsOn), day(on))).toBe(year);
	});

	it('puts every day of the cover into one year that holds it', () => {
		const offset = fc.integer({ min: 0, max: 4000 });
		fc.assert(
			fc.property(offset, offset, (from, later) => {
				const startsOn = addDays(day('2020-01-01'), from);
				const on = addDays(startsOn, later);
				const year = insuranceYearOf(startsOn, on);
				expect(year <= on).toBe(true);
				expect(on < addDays(year, 367)).toBe(true);
				expect(insuranceYearOf(startsOn, year)).toBe(year);
				expect(insuranceYearOf(startsOn, addDays(year, -1)) < year).toBe(year !== startsOn);
			})
		);
	});
});

describe('restOfYear', () => {
	it('takes off what the year has used, and nothing of other years and people', () => {
		const uses = [
			use(2_000, 30_000),
			use(5_000, 90_000, { yearStartsOn: NEXT }),
			use(4_000, 80_000, { insuredPersonId: BEN })
		];
		expect(restOfYear(TERMS, uses, FIRST)).toEqual({
			...{ ...FIRST, deductibleLeftMinor: 3_000, maximumLeftMinor: 70_000 }
		});
	});

	it('knows no maximum where the plan has none', () => {
		const terms = { ...TERMS, maximumMinor: null };
		expect(restOfYear(terms, [use(0, 10 ** 9)], FIRST).maximumLeftMinor).toBeNull();
	});

	it('leaves nothing, and not less, where a contract was lowered below what was used', () => {
		expect(restOfYear(TERMS, [use(6_000, 100_001)], FIRST)).toMatchObject({
			...{ deductibleLeftMinor: 0, maximumLeftMinor: 0 }
		});
	});

	it('never takes back what this very claim was granted before', () => {
		const uses = [use(5_000, 100_000), use(1_000, 7_000, { isOfThisClaim: true })];
		expect(restOfYear(TERMS, uses, FIRST)).toMatchObject({
			...{ deductibleLeftMinor: 1_000, maximumLeftMinor: 7_000 }
		});
	});
});

describe('coverYears', () => {
	const terms = { ...TERMS, endsOn: day('2027-09-30') };
	const years = (today: string, uses: readonly KnownUse[] = []) =>
		coverYears(terms, ADA, uses, day(today)).map(({ yearStartsOn }) => yearStartsOn);

	it.each([
		['2025-09-30', [START]],
		['2026-09-30', [START]],
		['2026-10-01', [NEXT]],
		['2028-01-01', [NEXT]]
	])('on %s shows the years %j', (today, expected) => {
		expect(years(today)).toEqual(expected);
	});

	it('also shows a year in which something was used, and none in which nothing was', () => {
		expect(years('2026-10-01', [use(1, 0)])).toEqual([START, NEXT]);
		expect(years('2026-10-01', [use(0, 0)])).toEqual([NEXT]);
	});
});

describe('for any claims of two people, decided one after the other', () => {
	const amount = fc.integer({ min: 1, max: 60_000 });
	const treatment = fc.tuple(amount, fc.constantFrom(START, NEXT), fc.constantFrom(ADA, BEN));
	const visits = [ADA, BEN].flatMap((insuredPersonId) =>
		[START, NEXT].map((on) => ({ insuredPersonId, day: on }))
	);
	const anyClaims = fc.array(fc.array(treatment, { minLength: 1, maxLength: 5 }), {
		minLength: 1,
		maxLength: 8
	});
	const anyTerms = fc.record({
		startsOn: fc.constant(START),
		deductibleMinor: fc.integer({ min: 0, max: 40_000 }),
		maximumMinor: fc.option(fc.integer({ min: 0, max: 150_000 }))
	});

	it('nothing falls below nothing or rises above the sums of the contract, and what lines take is what is used', () => {
		fc.assert(
			fc.property(anyTerms, anyClaims, (terms, claims) => {
				const uses: KnownUse[] = [];
				for (const lines of claims) {
					const billed = lines.map(
						([amountMinor, yearStartsOn, insuredPersonId], index): BilledLine => {
							const currency = 'EUR';
							const facts = { issuer: 'Dr. Sample', invoiceDate: '2026-11-01' };
							return {
								...facts,
								invoiceId: `${index}`,
								...{ insuredPersonId, yearStartsOn },
								billed: { amountMinor, currency }
							};
						}
					);
					const before = restsOn(terms, uses, visits);
					const deciding = { currency: 'EUR', years: before, today: day('2026-11-22') };
					const inputs = withinMaximum(billed, proposeDecision(billed, deciding), before);
					const decided = decideClaim(billed, inputs, deciding);
					if (!decided.ok) throw new Error(JSON.stringify(decided.error.issues));
					const used = usesOf(billed, decided.value.lines);
					uses.push(...used.map((one) => ({ ...one, isOfThisClaim: false })));
					const { deductible, paid } = decided.value.totals;
					const sum = (field: 'deductibleMinor' | 'paidMinor') =>
						used.reduce((all, one) => all + one[field], 0);
					expect([sum('deductibleMinor'), sum('paidMinor')]).toEqual([
						deductible.amountMinor,
						paid.amountMinor
					]);
					for (const [index, rest] of restsOn(terms, uses, visits).entries()) {
						const earlier = before[index];
						const taken = used.find((one) => isSameYear(one, rest));
						expect(rest.deductibleLeftMinor).toBeGreaterThanOrEqual(0);
						expect(earlier?.deductibleLeftMinor).toBeLessThanOrEqual(terms.deductibleMinor);
						expect(rest.deductibleLeftMinor + (taken?.deductibleMinor ?? 0)).toBe(
							earlier?.deductibleLeftMinor
						);
						if (rest.maximumLeftMinor === null || terms.maximumMinor === null) continue;
						expect(rest.maximumLeftMinor).toBeGreaterThanOrEqual(0);
						expect(earlier?.maximumLeftMinor).toBeLessThanOrEqual(terms.maximumMinor);
						expect(rest.maximumLeftMinor + (taken?.paidMinor ?? 0)).toBe(earlier?.maximumLeftMinor);
					}
					for (const insuredPersonId of [ADA, BEN]) {
						const last = { insuredPersonId, yearStartsOn: NEXT };
						expect(deductibleLeftAfter(insuredPersonId, before, used)).toBe(
							restOfYear(terms, uses, last).deductibleLeftMinor
						);
					}
				}
			})
		);
	});

	/** As a clerk does it: what the maximum does not leave is not recognised. */
	function withinMaximum(
		billed: readonly BilledLine[],
		inputs: readonly LineInput[],
		years: ReturnType<typeof restsOn>
	): readonly LineInput[] {
		const keyOf = (one: InsuredYear) => `${one.insuredPersonId} ${one.yearStartsOn}`;
		const left = new Map(years.map((year) => [keyOf(year), year.maximumLeftMinor]));
		return inputs.map((input, index) => {
			const year = keyOf(billed[index] ?? FIRST);
			const max = left.get(year) ?? null;
			const paidMinor = input.recognisedMinor - input.deductibleMinor;
			if (max === null || paidMinor <= max) {
				if (max !== null) left.set(year, max - paidMinor);
				return input;
			}
			left.set(year, 0);
			return { ...input, recognisedMinor: input.deductibleMinor + max, reason: 'plan-limit' };
		});
	}
});
