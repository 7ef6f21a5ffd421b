import { describe, expect, it } from 'vitest';
import { readRetryAfterMs, retryDelayMs } from './retry.ts';

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

describe('what a server asks for', () => {
	const read = (headers: Record<string, string>) =>
		readRetryAfterMs((name) => new Headers(headers).get(name));

	it("is seconds, or a date by the server's own clock", () => {
		expect(read({ 'Retry-After': '7' })).toBe(7000);
		const date = 'Thu, 26 Nov 2026 08:00:00 GMT';
		expect(read({ 'Retry-After': 'Thu, 26 Nov 2026 08:01:30 GMT', Date: date })).toBe(90_000);
		expect(read({ 'Retry-After': 'Thu, 26 Nov 2026 07:00:00 GMT', Date: date })).toBe(0);
	});

	it('is nothing when it cannot be read', () => {
		expect(read({})).toBeNull();
		expect(read({ 'Retry-After': 'soon' })).toBeNull();
		expect(read({ 'Retry-After': 'Thu, 26 Nov 2026 08:01:30 GMT' })).toBeNull();
	});
});
