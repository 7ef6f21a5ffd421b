import { expect, test } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import { checkRequest, endAfter, longestEndOf } from './requests.ts';

const day = (text: string) => text as CalendarDate;
const COVER = { startsOn: day('2026-02-01'), endsOn: day('2027-08-31') };
const TODAY = day('2026-11-26');
const issue = (code: string) => ({
	ok: false,
	error: { kind: 'invalid', code: 'portal/invalid-input', issues: { wishedOn: code } }
});
const end = (wishedOn: string, today = TODAY, cover = COVER) =>
	checkRequest(cover, { kind: 'termination', wishedOn }, today);
const extend = (
	wishedOn: string,
	today = TODAY,
	cover: Parameters<typeof checkRequest>[0] = COVER
) => checkRequest(cover, { kind: 'extension', wishedOn }, today);

test('a termination ends a cover from today on and before its last day', () => {
	expect(end('2026-11-25')).toEqual(issue('date-in-past'));
	expect(end('2026-11-26')).toEqual({ ok: true, value: '2026-11-26' });
	expect(end('2027-08-30')).toEqual({ ok: true, value: '2027-08-30' });
	expect(end('2027-08-31')).toEqual(issue('outside-cover'));
	expect(end('2026-01-31', day('2026-01-01'))).toEqual(issue('outside-cover'));
	expect(end('2026-02-01', day('2026-01-01'))).toEqual({ ok: true, value: '2026-02-01' });
	expect(end('')).toEqual(issue('required'));
	expect(end('2026-02-30')).toEqual(issue('date-invalid'));
});

test('an extension makes a cover longer, to five years in all', () => {
	expect(extend('2027-08-31')).toEqual(issue('date-not-later'));
	expect(extend('2027-09-01')).toEqual({ ok: true, value: '2027-09-01' });
	expect(extend('2031-01-31')).toEqual({ ok: true, value: '2031-01-31' });
	expect(extend('2031-02-01')).toEqual(issue('term-limit'));
	expect(extend('2031-01-01', TODAY, { ...COVER, endsOn: null })).toMatchObject({
		error: { code: 'contracts/cover-open-end' }
	});
});

test('nothing is asked of a cover from the day after its last one', () => {
	expect(extend('2027-09-30', day('2027-08-31')).ok).toBe(true);
	expect(extend('2027-09-30', day('2027-09-01'))).toMatchObject({
		error: { code: 'contracts/cover-ended' }
	});
	expect(end('2027-09-30', day('2027-09-01'))).toMatchObject({
		error: { code: 'contracts/cover-ended' }
	});
});

test('a withdrawal is taken on any day: a person decides whether it is in time', () => {
	for (const today of ['2026-01-01', '2026-11-26', '2028-01-01']) {
		expect(checkRequest(COVER, { kind: 'withdrawal', wishedOn: '' }, day(today))).toEqual({
			ok: true,
			value: null
		});
	}
});

test('five years end on the day before the anniversary, also for 29 February', () => {
	expect(longestEndOf(day('2026-02-01'))).toBe('2031-01-31');
	expect(longestEndOf(day('2028-02-29'))).toBe('2033-02-28');
});

test('an accepted withdrawal ends the cover on the day it came in, never before it began or later than it ended', () => {
	const request = { kind: 'withdrawal', wishedOn: null } as const;
	const on = (receivedOn: string) => endAfter(COVER, { ...request, receivedOn: day(receivedOn) });
	expect(on('2026-02-10')).toBe('2026-02-10');
	expect(on('2026-01-10')).toBe('2026-02-01');
	expect(on('2027-09-10')).toBe('2027-08-31');
	const asked = { kind: 'extension', wishedOn: day('2028-01-31'), receivedOn: TODAY } as const;
	expect(endAfter(COVER, asked)).toBe('2028-01-31');
});
