import { describe, expect, it } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import { isAskedAlready, pausedDays, requestStateOf } from './document-request.ts';

const day = (text: string) => text as CalendarDate;
const noon = (text: string) => Date.parse(`${text}T11:00:00Z`);
const late = (dueOn: string, answeredOn: string | null = null) => ({
	dueOn: day(dueOn),
	answeredAtMs: answeredOn === null ? null : noon(answeredOn),
	withdrawnAtMs: null
});

describe('the pause of the legal clock', () => {
	it('is none while a document may still come, however long ago it was asked for', () => {
		expect(pausedDays([late('2026-11-20')], day('2026-11-20'))).toBe(0);
		expect(pausedDays([late('2026-11-20', '2026-11-20')], day('2026-12-24'))).toBe(0);
	});

	it('begins on the day after the document was due and ends on the day it comes', () => {
		expect(pausedDays([late('2026-11-20')], day('2026-11-21'))).toBe(1);
		expect(pausedDays([late('2026-11-20', '2026-11-25')], day('2026-12-24'))).toBe(5);
	});

	it('ends where nothing is asked for any more', () => {
		const withdrawn = { ...late('2026-11-20'), withdrawnAtMs: noon('2026-11-22') };
		expect(pausedDays([withdrawn], day('2026-12-24'))).toBe(2);
	});

	it('counts days on which two documents are late once', () => {
		const both = [late('2026-11-20', '2026-11-25'), late('2026-11-22', '2026-11-28')];
		expect(pausedDays(both, day('2026-12-24'))).toBe(8);
		expect(pausedDays(both.toReversed(), day('2026-12-24'))).toBe(8);
		const inside = [late('2026-11-20', '2026-11-30'), late('2026-11-22', '2026-11-24')];
		expect(pausedDays(inside, day('2026-12-24'))).toBe(10);
	});
});

describe('a document', () => {
	const asked = { kind: 'prescription', line: 2, state: 'open' } as const;

	it('is asked for once: for an invoice, or for all of them', () => {
		expect(isAskedAlready([asked], { kind: 'prescription', line: 2 })).toBe(true);
		expect(isAskedAlready([asked], { kind: 'prescription', line: 0 })).toBe(true);
		expect(isAskedAlready([{ ...asked, line: 0 }], { kind: 'prescription', line: 1 })).toBe(true);
		expect(isAskedAlready([asked], { kind: 'prescription', line: 1 })).toBe(false);
		expect(isAskedAlready([asked], { kind: 'referral', line: 2 })).toBe(false);
	});

	it('that has come is asked for no more, one that was taken back may be', () => {
		const wanted = { kind: 'prescription', line: 2 } as const;
		expect(isAskedAlready([{ ...asked, state: 'answered' }], wanted)).toBe(true);
		expect(isAskedAlready([{ ...asked, state: 'withdrawn' }], wanted)).toBe(false);
	});

	it('is open until it comes or is wanted no more', () => {
		expect(requestStateOf({ answeredAtMs: null, withdrawnAtMs: null })).toBe('open');
		expect(requestStateOf({ answeredAtMs: 1, withdrawnAtMs: null })).toBe('answered');
		expect(requestStateOf({ answeredAtMs: null, withdrawnAtMs: 1 })).toBe('withdrawn');
	});
});
