import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import {
	AUTOMATIC_LIMIT,
	AUTOMATIC_MOST_IN_WINDOW,
	AUTOMATIC_WAIT_MS,
	decideInFull,
	isSample,
	PERSON_REASONS,
	reasonsForPerson,
	type AutomaticFacts,
	type PersonReason
} from './automatic.ts';
import { NO_CIRCUMSTANCES, type Circumstances } from './circumstances.ts';
import type { Invoice } from './claim.schema.ts';
import type { BilledLine } from './decision.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};
const NOW_MS = Date.UTC(2026, 10, 22, 9);
const YEAR = { insuredPersonId: 'ada', yearStartsOn: day('2026-01-01') };
const TODAY = day('2026-11-22');

const billedOf = (amountMinor: number, currency = 'EUR', index = 0): BilledLine => ({
	...{ invoiceId: `i${index}`, issuer: 'Dr. Sample', invoiceDate: '2026-10-02' },
	...{ ...YEAR, billed: { amountMinor, currency } }
});
const decisionOf = (
	amounts: readonly number[],
	deductibleLeftMinor = 0,
	maximum: number | null = null
) =>
	decideInFull(
		amounts.map((amount, index) => billedOf(amount, 'EUR', index)),
		[],
		{
			currency: 'EUR',
			years: [{ ...YEAR, deductibleLeftMinor, maximumLeftMinor: maximum }],
			today: TODAY
		}
	);
const invoice: Invoice = {
	...{ id: 'i0', issuer: 'Dr. Sample', number: 'R-1', invoiceDate: day('2026-10-02') },
	...{ treatmentFrom: day('2026-10-01'), treatmentTo: day('2026-10-01') },
	...{ amountMinor: 10_000, currency: 'EUR', isPaid: true }
};
const content: AutomaticFacts['content'] = {
	...{ insuredPersonId: 'ada', cause: 'illness', hasOtherInsurance: false, note: '' },
	...{ firstTreatmentOn: day('2026-10-01'), invoices: [invoice] },
	circumstances: { ...NO_CIRCUMSTANCES, treatedBefore: 'no' }
};
const toldOf = (change: Partial<Circumstances>): Pick<AutomaticFacts, 'content'> => ({
	content: { ...content, circumstances: { ...NO_CIRCUMSTANCES, treatedBefore: 'no', ...change } }
});
const beside = {
	...{ inHand: 0, ofStaff: 0, receipts: 1, receiptsNotReleased: 0 },
	...{ receiptsKnown: 0, decidedByRules: 0 }
};

/** A claim that nothing is against. */
const CLEAN: AutomaticFacts = {
	id: '019a0000-0000-7000-8000-000000000001',
	state: 'submitted',
	submittedAtMs: NOW_MS - AUTOMATIC_WAIT_MS,
	...{ isAssigned: false, cameByPost: false, content },
	...{ coverStartsOn: YEAR.yearStartsOn, currency: 'EUR', findings: [[]] },
	...{ decision: decisionOf([10_000]), secondLook: null, beside }
};
const ofInvoice = (change: Partial<typeof invoice>) => ({
	content: { ...content, invoices: [{ ...invoice, ...change }] }
});

/** For every reason the changes that must bring it up, those at a boundary among them. */
const FLAWS: Readonly<Record<PersonReason, readonly Partial<AutomaticFacts>[]>> = {
	'not-new': (
		['in_review', 'documents_requested', 'approved', 'partially_approved', 'rejected'] as const
	).map((state) => ({ state })),
	taken: [{ isAssigned: true }],
	'too-soon': [{ submittedAtMs: NOW_MS - AUTOMATIC_WAIT_MS + 1 }],
	'by-post': [{ cameByPost: true }],
	'of-staff': [{ beside: { ...beside, ofStaff: 1 } }],
	sample: [{ id: '019a0000-0000-7000-8000-00000000000a' }],
	accident: [{ content: { ...content, cause: 'accident' } }],
	'other-insurance': [{ content: { ...content, hasOtherInsurance: true } }],
	note: [{ content: { ...content, note: 'Please call me' } }],
	'in-hand': [{ beside: { ...beside, inHand: 1 } }],
	receipts: [
		{ beside: { ...beside, receipts: 0 } },
		{ beside: { ...beside, receipts: 2, receiptsNotReleased: 1 } }
	],
	'receipt-known': [{ beside: { ...beside, receiptsKnown: 1 } }],
	'several-people': [ofInvoice({ insuredPersonId: 'ben' })],
	'number-missing': [ofInvoice({ number: '' }), ofInvoice({ number: ' - ' })],
	finding: [
		{ findings: [[{ kind: 'outside-cover' }]] },
		{ findings: [[{ kind: 'partly-covered' }]] },
		{ findings: [[{ kind: 'billed-before-treatment' }]] },
		{
			findings: [
				[{ kind: 'duplicate', claimId: 'claim-1', claimNumber: 'S-1', isSameClaim: false }]
			]
		},
		{ findings: [[{ kind: 'above-maximum', leftMinor: 1 }]] },
		{ findings: [[{ kind: 'rate-needed', currency: 'USD' }]] },
		// A line that no rule has looked at.
		{ findings: [] }
	],
	'before-cover': [
		{ content: { ...content, firstTreatmentOn: day('2025-12-31') } },
		{ content: { ...content, circumstances: undefined } },
		toldOf({ treatedBefore: 'yes' }),
		toldOf({ symptomsOn: '2025-12-31' })
	],
	// The longest eight months have 245 days: 3 September is behind them.
	'waiting-period': [ofInvoice({ treatmentFrom: day('2026-09-02') })],
	currency: [{ currency: 'USD' }],
	'above-limit': [{ decision: decisionOf([AUTOMATIC_LIMIT.amountMinor + 1]) }],
	'too-often': [{ beside: { ...beside, decidedByRules: AUTOMATIC_MOST_IN_WINDOW } }],
	'second-look': (['limit', 'recovery', 'new-account', 'currency', 'correction'] as const).map(
		(secondLook) => ({ secondLook })
	),
	'not-in-full': [
		{ decision: null },
		{ decision: decisionOf([10_000], 1) },
		{ decision: decisionOf([10_000], 10_000) }
	]
};
const CASES = PERSON_REASONS.flatMap((reason) => FLAWS[reason].map((flaw) => ({ reason, flaw })));

describe('reasonsForPerson', () => {
	it('names none for a claim that nothing is against', () => {
		expect(reasonsForPerson(CLEAN, NOW_MS)).toEqual([]);
	});

	it.each(CASES)('leaves a claim to a person for $reason alone: $flaw', ({ reason, flaw }) => {
		expect(reasonsForPerson({ ...CLEAN, ...flaw }, NOW_MS)).toEqual([reason]);
	});

	it.each([
		['the limit itself', { decision: decisionOf([AUTOMATIC_LIMIT.amountMinor]) }],
		['the first day behind the waiting period', ofInvoice({ treatmentFrom: day('2026-09-03') })],
		[
			'the first day of the cover',
			{ content: { ...content, firstTreatmentOn: YEAR.yearStartsOn } }
		],
		['one decision less than too many', { beside: { ...beside, decidedByRules: 1 } }]
	])('lets rules decide at a boundary: %s', (_, change) => {
		expect(reasonsForPerson({ ...CLEAN, ...change }, NOW_MS)).toEqual([]);
	});

	it('A flaw stays a flaw whatever else is said of the claim', () => {
		const flaws = fc.subarray(CASES, { minLength: 1 });
		fc.assert(
			fc.property(flaws, (chosen) => {
				const facts = chosen.reduce<AutomaticFacts>(
					(all, { flaw }) => ({ ...all, ...flaw }),
					CLEAN
				);
				expect(reasonsForPerson(facts, NOW_MS).length).toBeGreaterThan(0);
			})
		);
	});

	it('grants everything or nothing, and never above the limit', () => {
		const amounts = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 5 });
		const left = fc.integer({ min: 0, max: 3 });
		const maximum = fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null });
		fc.assert(
			fc.property(amounts, left, maximum, (billed, deductible, most) => {
				const decision = decisionOf(billed, deductible, most);
				const invoices = billed.map((amountMinor) => ({ ...invoice, amountMinor }));
				const facts = {
					...{ ...CLEAN, decision, findings: billed.map(() => []) },
					content: { ...content, invoices }
				};
				const sum = billed.reduce((all, one) => all + one, 0);
				const mayRules = reasonsForPerson(facts, NOW_MS).length === 0;
				expect(mayRules).toBe(
					deductible === 0 && sum <= AUTOMATIC_LIMIT.amountMinor && sum <= (most ?? sum)
				);
				if (mayRules) expect(decision?.totals.paid.amountMinor).toBe(sum);
			})
		);
	});
});

describe('decideInFull', () => {
	const terms = {
		currency: 'EUR',
		years: [{ ...YEAR, deductibleLeftMinor: 0, maximumLeftMinor: null }],
		today: TODAY
	};
	const rate = { rate: '1.25', date: day('2026-11-20'), source: 'ECB' };

	it('converts a foreign bill at its recorded rate', () => {
		const decision = decideInFull([billedOf(10_000, 'USD')], [rate], terms);
		expect(decision?.totals.paid).toEqual({ amountMinor: 8_000, currency: 'EUR' });
		expect(decision?.lines[0]?.exchangeRate).toEqual(rate);
	});

	it('decides nothing without a rate', () => {
		expect(decideInFull([billedOf(10_000, 'USD')], [null], terms)).toBeNull();
	});
});

describe('isSample', () => {
	it('takes one in ten, and always the same', () => {
		const ids = Array.from(
			{ length: 1000 },
			(_, index) => `019a0000-0000-7000-8000-0000${index.toString(16).padStart(8, '0')}`
		);
		expect(ids.filter(isSample)).toHaveLength(100);
		expect(ids.filter(isSample)).toEqual(ids.filter(isSample));
	});
});
