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

	it('shows every payment of a corrected claim, and one that came back as the reader’s', () => {
		const road: ClaimRoad = {
			...{ ...ROAD, state: 'approved', decidedAtMs: 5 * DAY_MS },
			payouts: [
				{ state: 'returned', paidOn: null },
				{ state: 'paid', paidOn: '1970-01-10' }
			]
		};
		expect(statesOf(road)).toEqual(['done', 'done', 'done', 'done', 'current']);
		expect(stepsOf(road, 'en').at(-1)?.isYours).toBe(true);
	});
});
