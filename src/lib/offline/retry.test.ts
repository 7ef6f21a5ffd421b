import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './retry.ts';

describe('the next attempt', () => {
	it('waits longer each time, up to five minutes', () => {
		expect([1, 2, 5, 9, 10, 5000].map((attempt) => retryDelayMs(attempt, 1))).toEqual([
			1000, 2000, 16_000, 256_000, 300_000, 300_000
		]);
	});

	it('is spread over the whole span, but never at once', () => {
		expect(retryDelayMs(5, 0.5)).toBe(8000);
		expect(retryDelayMs(5, 0)).toBe(250);
	});

	it('honours what the server asks for', () => {
		expect(retryDelayMs(1, 0.1, 60_000)).toBe(60_000);
	});
});
