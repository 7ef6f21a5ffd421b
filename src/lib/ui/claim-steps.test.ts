import { describe, expect, it } from 'vitest';
import { stepsOf, type ClaimRoad } from './claim-steps.ts';

const DAY_MS = 86_400_000;
const ROAD: ClaimRoad = {
	state: 'in_review',
	submittedAtMs: DAY_MS,
	decidedAtMs: null,
	decisionUsualBy: '1970-02-01',
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
