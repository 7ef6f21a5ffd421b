import { describe, expect, it } from 'vitest';
import { m } from '#lib/i18n/generated/messages.js';
import { stepsOf, type ClaimRoad } from './claim-steps.ts';

const DAY_MS = 86_400_000;
const ROAD: ClaimRoad = {
	state: 'in_review',
	submittedAtMs: DAY_MS,
	decidedAtMs: null,
	decisionDueBy: '1970-02-01',
	inReviewSinceMs: 2 * DAY_MS
};
const REQUEST = {
	kind: 'prescription',
	isOpen: false,
	dueOn: '1970-01-20',
	askedAtMs: 3 * DAY_MS,
	answeredAtMs: 4 * DAY_MS
} as const;
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const statesOf = (road: ClaimRoad) => stepsOf(road, 'en').map(({ state }) => state);

describe('stepsOf', () => {
	it('puts what is done before what goes on: a document that arrived lies behind the review', () => {
		const road: ClaimRoad = { ...ROAD, requests: [REQUEST] };
		const steps = stepsOf(road, 'en');
		expect(statesOf(road)).toEqual(['done', 'done', 'current', 'next']);
		expect(steps[1]?.dateText).toBe('5 January 1970');
	});

	it('dates the decision by what is usual, and else names the aim as one', () => {
		const decisionOf = (road: ClaimRoad) => stepsOf(road, 'en').at(-1)?.dateText;
		expect(decisionOf({ ...ROAD, usualBy: '1970-01-20' })).toBe(
			m.claims_step_usual({ date: '20 January 1970' })
		);
		expect(decisionOf({ ...ROAD, usualBy: null })).toBe(
			m.claims_step_due({ date: '1 February 1970' })
		);
	});

	it('ticks off no review that waits for a document', () => {
		const open = { ...REQUEST, isOpen: true, answeredAtMs: null };
		const road: ClaimRoad = { ...ROAD, state: 'documents_requested', requests: [REQUEST, open] };
		expect(statesOf(road)).toEqual(['done', 'done', 'current', 'next', 'next']);
		expect(stepsOf(road, 'en').at(-2)).toMatchObject({
			title: m.claims_step_review(),
			dateText: m.claims_step_review_begun({ date: '3 January 1970' })
		});
	});

	it('shows every payment of a corrected claim, and one that came back as the reader’s', () => {
		const road: ClaimRoad = {
			...{ ...ROAD, state: 'approved', decidedAtMs: 5 * DAY_MS },
			payouts: [
				{ state: 'returned', paidOn: null, amount: euros(25_261) },
				{ state: 'paid', paidOn: '1970-01-10', amount: euros(4_000) }
			]
		};
		expect(statesOf(road)).toEqual(['done', 'done', 'done', 'done', 'current']);
		const [paid, returned] = stepsOf(road, 'en').slice(-2);
		expect(paid?.title).toBe(m.requests_step_payout_of({ amount: '€40.00' }));
		expect(returned).toMatchObject({ isYours: true, dateText: '€252.61' });
	});
});
