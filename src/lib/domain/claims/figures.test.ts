import { expect, test } from 'vitest';
import { DECISION_SPANS, decisionsBySpan, openByAge, shareWithinMonth } from './figures.ts';

test('every open claim is counted once, by how pressing it is', () => {
	const ages = openByAge({ all: 10, soon: 6, urgent: 3, overdue: 1 });
	expect(ages).toEqual({ 'on-time': 4, soon: 3, urgent: 2, overdue: 1 });
	expect(Object.values(ages).reduce((sum, count) => sum + count, 0)).toBe(10);
});

test('every number of days falls into one span', () => {
	for (let days = 0; days <= 400; days += 1) {
		const bySpan = decisionsBySpan([{ days, count: 2 }]);
		expect(bySpan.filter((count) => count === 2)).toHaveLength(1);
		expect(bySpan).toHaveLength(DECISION_SPANS.length);
	}
});

test.each([
	[7, 0],
	[8, 1],
	[14, 1],
	[15, 2],
	[30, 3],
	[31, 4]
])('%i days fall into the span at %i', (days, at) => {
	expect(decisionsBySpan([{ days, count: 1 }])[at]).toBe(1);
});

test.each([
	[[1, 1, 1, 0, 1], 75],
	[[0, 0, 0, 0, 3], 0],
	[[0, 0, 0, 0, 0], null]
])('of %j within a month: %s per cent', (bySpan, share) => {
	expect(shareWithinMonth(bySpan)).toBe(share);
});
