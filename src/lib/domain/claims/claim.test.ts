import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import {
	CLAIM_STATES,
	checkSubmittable,
	invoiceDateIssues,
	nextActor,
	placeInCover
} from './claim.ts';
import type { ClaimContent, Invoice } from './claim.schema.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};

const TODAY = day('2026-11-22');
const COVER = {
	startsOn: day('2026-01-01'),
	endsOn: day('2026-06-30')
};

const invoiceOf = (treatmentFrom: string, treatmentTo = treatmentFrom): Invoice => ({
	id: 'invoice',
	issuer: 'Dr. Sample',
	number: '1',
	invoiceDate: day('2026-05-01'),
	treatmentFrom: day(treatmentFrom),
	treatmentTo: day(treatmentTo),
	amountMinor: 5_000,
	currency: 'EUR',
	isPaid: true
});

const contentOf = (change: Partial<ClaimContent> = {}): ClaimContent => ({
	contractId: 'contract',
	insuredPersonId: 'person',
	cause: 'illness',
	diagnosis: 'Influenza',
	firstTreatmentOn: day('2026-04-20'),
	country: 'DE',
	hasOtherInsurance: false,
	note: '',
	invoices: [invoiceOf('2026-04-20')],
	payeeAccount: null,
	declaredTrue: true,
	...change
});

const issuesOf = (content: ClaimContent) => {
	const result = checkSubmittable(content, ['person'], TODAY);
	return result.ok ? {} : result.error.issues;
};

describe('checkSubmittable', () => {
	it('takes a claim today, for today', () => {
		const invoices = [{ ...invoiceOf(TODAY), invoiceDate: TODAY }];
		expect(issuesOf(contentOf({ firstTreatmentOn: TODAY, invoices }))).toEqual({});
	});

	it.each(['1999-12-31', '2025-12-31', '2026-07-01'])(
		'takes a claim whose only treatment was on %s, whatever the cover: a person refuses it',
		(date) => {
			const content = contentOf({ firstTreatmentOn: day(date), invoices: [invoiceOf(date)] });
			expect(issuesOf(content)).toEqual({});
		}
	);

	it('names a bill of somebody who is not insured here', () => {
		const invoices = [
			{ ...invoiceOf('2026-02-01'), insuredPersonId: 'person' },
			{ ...invoiceOf('2026-02-01'), insuredPersonId: 'stranger' }
		];
		expect(issuesOf(contentOf({ invoices }))).toEqual({
			'invoices.1.insuredPersonId': 'person-not-insured'
		});
	});

	it('names a person who is not insured here and every date to come', () => {
		const content = contentOf({
			insuredPersonId: 'stranger',
			firstTreatmentOn: day('2026-11-23'),
			invoices: [
				invoiceOf('2026-02-01'),
				{ ...invoiceOf('2026-11-23', '2026-11-22'), invoiceDate: day('2026-11-23') }
			]
		});
		expect(issuesOf(content)).toEqual({
			insuredPersonId: 'person-not-insured',
			firstTreatmentOn: 'date-in-future',
			'invoices.1.treatmentTo': 'ends-before-start',
			'invoices.1.invoiceDate': 'date-in-future',
			'invoices.1.treatmentFrom': 'date-in-future'
		});
	});
});

describe('invoiceDateIssues', () => {
	it('has nothing to say about a treatment of one day, billed the same day', () => {
		const invoice = { invoiceDate: TODAY, treatmentFrom: TODAY, treatmentTo: TODAY };
		expect(invoiceDateIssues(invoice, 0, TODAY)).toEqual({});
	});
});

describe('placeInCover', () => {
	it.each([
		['2026-01-01', '2026-06-30', 'inside'],
		['2025-12-31', '2026-01-01', 'partly'],
		['2026-06-30', '2026-07-01', 'partly'],
		['2025-12-31', '2026-07-01', 'partly'],
		['2025-12-01', '2025-12-31', 'outside'],
		['2026-07-01', '2026-07-02', 'outside']
	] as const)('%s to %s is %s', (from, to, place) => {
		expect(placeInCover(invoiceOf(from, to), COVER)).toBe(place);
	});

	it('is open where the cover has no end', () => {
		const open = { ...COVER, endsOn: null };
		expect(placeInCover(invoiceOf('2030-01-01'), open)).toBe('inside');
	});
});

describe('nextActor', () => {
	it('is the insurer until the claim is decided', () => {
		const acting = CLAIM_STATES.filter((state) => nextActor(state) === 'insurer');
		expect(acting).toEqual(['submitted', 'in_review']);
	});

	it('is the customer while money has come back, whatever else goes on', () => {
		const acting = CLAIM_STATES.filter((state) => nextActor(state, true, true) === 'customer');
		expect(acting).toEqual(CLAIM_STATES);
	});
});
