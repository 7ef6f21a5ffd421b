import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarDateOf, DAY_MS } from '../calendar.ts';
import {
	deleteAfterMs,
	dueBeforeDate,
	dueBeforeMs,
	keptClaims,
	RETENTION_RULES,
	retentionOfClaim,
	type RetentionKind
} from './retention.ts';

const KINDS = Object.keys(RETENTION_RULES) as RetentionKind[];
const berlin = (text: string) => Date.parse(text);

test('D9: a period of years runs to 31 December in Berlin, whatever the day it began', () => {
	const newYear = berlin('2033-01-01T00:00:00+01:00');
	expect(deleteAfterMs('letter', berlin('2026-01-01T00:00:00+01:00'))).toBe(newYear);
	expect(deleteAfterMs('letter', berlin('2026-07-01T12:00:00+02:00'))).toBe(newYear);
	expect(deleteAfterMs('letter', berlin('2026-12-31T23:59:59+01:00'))).toBe(newYear);
	// In UTC it is still the old year.
	expect(deleteAfterMs('letter', berlin('2026-12-31T23:30:00Z'))).toBe(
		berlin('2034-01-01T00:00:00+01:00')
	);
});

test('D9: a period of days ends at the same hour', () => {
	const start = berlin('2026-11-26T10:00:00Z');
	expect(deleteAfterMs('mail-log', start)).toBe(start + 90 * DAY_MS);
});

test('D9: vouchers of an insurer are kept ten years, refused claims six, their receipts three', () => {
	const decided = berlin('2026-11-26T10:00:00Z');
	expect(calendarDateOf(deleteAfterMs('voucher', decided))).toBe('2037-01-01');
	expect(calendarDateOf(deleteAfterMs('letter', decided))).toBe('2033-01-01');
	expect(calendarDateOf(deleteAfterMs('refused-receipt', decided))).toBe('2030-01-01');
	expect([
		'approved',
		'partially_approved',
		'rejected',
		'in_review',
		'submitted'
	] as const).toSatisfy(
		(states: readonly Parameters<typeof retentionOfClaim>[0][]) =>
			states.map(retentionOfClaim).join() === 'voucher,voucher,letter,,'
	);
});

test('D9: the condition of the query and the deadline of a row agree at every instant', () => {
	const instant = fc.integer({
		min: berlin('2020-01-01T00:00:00Z'),
		max: berlin('2060-01-01T00:00:00Z')
	});
	fc.assert(
		fc.property(fc.constantFrom(...KINDS), instant, instant, (kind, start, now) => {
			expect(start < dueBeforeMs(kind, now)).toBe(deleteAfterMs(kind, start) <= now);
		})
	);
});

test('D9: at its very deadline a row is due, a millisecond before it is not', () => {
	for (const kind of KINDS) {
		const start = berlin('2026-11-26T10:00:00Z');
		const end = deleteAfterMs(kind, start);
		expect(start < dueBeforeMs(kind, end)).toBe(true);
		expect(start < dueBeforeMs(kind, end - 1)).toBe(false);
	}
});

test('D9: a contract that ended in a year is due after the sixth New Year, to the day', () => {
	const due = (now: string, endsOn: string) => endsOn < dueBeforeDate('contract', berlin(now));
	expect(due('2033-01-01T00:00:00+01:00', '2026-12-31')).toBe(true);
	expect(due('2032-12-31T23:59:59+01:00', '2026-12-31')).toBe(false);
	expect(due('2033-01-01T00:00:00+01:00', '2027-01-01')).toBe(false);
});

test('what a deletion leaves behind is told by rule, with the last day of each', () => {
	const at = (text: string) => berlin(`${text}T10:00:00Z`);
	expect(
		keptClaims([
			{ state: 'approved', decidedAtMs: at('2025-03-01') },
			{ state: 'partially_approved', decidedAtMs: at('2026-03-01') },
			{ state: 'in_review', decidedAtMs: null }
		])
	).toEqual([{ kind: 'voucher', count: 2, untilMs: berlin('2037-01-01T00:00:00+01:00') }]);
	expect(keptClaims([])).toEqual([]);
});
