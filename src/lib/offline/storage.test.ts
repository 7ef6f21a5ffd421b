import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { judgeStorage, type StorageFacts } from './storage.ts';

const MB = 1024 * 1024;
const CHROME =
	'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
const IPHONE_CHROME =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1';
const SAFARI =
	'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const facts = (changes: Partial<StorageFacts>): StorageFacts => ({
	usageBytes: 10 * MB,
	quotaBytes: 4000 * MB,
	hasRoom: null,
	isPersisted: true,
	isInstalled: false,
	userAgent: CHROME,
	nowMs: 1000,
	...changes
});

describe('what the browser says about its storage', () => {
	it('failure 31: warns from 80 % on, and below 200 MB of free space, and not before', () => {
		const at = (usageBytes: number, quotaBytes: number) =>
			judgeStorage(facts({ usageBytes: usageBytes * MB, quotaBytes: quotaBytes * MB }))
				.isNearlyFull;
		expect(at(3199, 4000)).toBe(false);
		expect(at(3200, 4000)).toBe(true);
		expect(at(10, 210)).toBe(false);
		expect(at(11, 210)).toBe(true);
		expect(judgeStorage(facts({ quotaBytes: null })).isNearlyFull).toBe(false);
	});

	it('failure 31: believes a refusal more than what is reported, and a yes no more than that', () => {
		expect(judgeStorage(facts({ hasRoom: false })).isNearlyFull).toBe(true);
		expect(judgeStorage(facts({ hasRoom: true })).isNearlyFull).toBe(false);
		expect(judgeStorage(facts({ hasRoom: true, quotaBytes: 11 * MB })).isNearlyFull).toBe(true);
	});

	it('tells the day on which WebKit clears a page that nobody opens, unless it is installed', () => {
		const until = { kind: 'until', atMs: 1000 + 7 * DAY_MS };
		for (const userAgent of [SAFARI, IPHONE_CHROME]) {
			expect(judgeStorage(facts({ userAgent })).stay).toEqual(until);
			expect(judgeStorage(facts({ userAgent, isInstalled: true })).stay).toEqual({
				kind: 'always'
			});
		}
		for (const userAgent of [CHROME, FIREFOX]) {
			expect(judgeStorage(facts({ userAgent })).stay).toEqual({ kind: 'always' });
			expect(judgeStorage(facts({ userAgent, isPersisted: false })).stay).toEqual({
				kind: 'while-space'
			});
		}
	});
});
