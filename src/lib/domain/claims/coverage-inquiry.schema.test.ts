import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import {
	answerFormSchema,
	checkPlannedDay,
	inquirySchema,
	readAnswer,
	writeWho
} from './coverage-inquiry.schema.ts';

const ID = '01990000-0000-7000-8000-000000000000';
const FORM = {
	...{ who: writeWho(ID, ID), treatment: ' Implantat\r\nunten links ', provider: 'Dr. Maler' },
	...{ amount: '2.400,50', currency: 'EUR', urgent: 'no' }
};
const codeOf = (input: unknown) => {
	const parsed = v.safeParse(inquirySchema, input);
	return parsed.issues?.map((issue) => `${v.getDotPath(issue)} ${issue.message}`);
};

test('an inquiry is read with its amount in its currency; diagnosis and day may be left out', () => {
	expect(v.parse(inquirySchema, FORM)).toEqual({
		...{ contractId: ID, insuredPersonId: ID, treatment: 'Implantat\nunten links' },
		...{ diagnosis: '', provider: 'Dr. Maler', plannedOn: '', isUrgent: false },
		expected: { amountMinor: 240_050, currency: 'EUR' }
	});
	const yen = { ...FORM, amount: '320000', currency: 'JPY' };
	expect(v.parse(inquirySchema, yen).expected).toEqual({ amountMinor: 320_000, currency: 'JPY' });
});

test('what is missing or impossible is named at its field', () => {
	expect(codeOf({ ...FORM, treatment: ' ' })).toEqual(['treatment required']);
	expect(codeOf({ ...FORM, provider: '' })).toEqual(['provider required']);
	expect(codeOf({ ...FORM, who: '' })).toContain('who required');
	expect(codeOf({ ...FORM, who: 'x:y' })).toEqual(['who person-not-insured']);
	expect(codeOf({ ...FORM, amount: '0' })).toEqual(['amount amount-invalid']);
	expect(codeOf({ ...FORM, amount: 'viel' })).toEqual(['amount amount-invalid']);
	expect(codeOf({ ...FORM, currency: 'XXX' })).toContain('currency currency-unknown');
	expect(codeOf({ ...FORM, urgent: 'maybe' })).toEqual(['urgent required']);
	expect(codeOf({ ...FORM, treatment: 'x'.repeat(2001) })).toEqual(['treatment too-long']);
});

test('the planned day lies in the cover and not before today', () => {
	const day = (text: string) => text as CalendarDate;
	const cover = { startsOn: day('2026-02-01'), endsOn: day('2027-08-31') };
	const check = (typed: string) => checkPlannedDay(typed, cover, day('2026-11-26'));
	const issue = (code: string) => ({ error: { issues: { plannedOn: code } } });
	expect(check('')).toEqual({ ok: true, value: null });
	expect(check('2026-11-26')).toEqual({ ok: true, value: '2026-11-26' });
	expect(check('2026-11-25')).toMatchObject(issue('date-in-past'));
	expect(check('2027-08-31').ok).toBe(true);
	expect(check('2027-09-01')).toMatchObject(issue('outside-cover'));
	expect(check('2026-02-30')).toMatchObject(issue('date-invalid'));
});

test('anything less than everything says why, where it is written, and how much', () => {
	const issuesOf = (form: Record<string, string>) =>
		v.safeParse(answerFormSchema, form).issues?.map((issue) => v.getDotPath(issue)) ?? [];
	expect(issuesOf({ outcome: 'covered' })).toEqual([]);
	expect(issuesOf({ outcome: 'not-covered' })).toEqual(['reason', 'clause']);
	expect(issuesOf({ outcome: 'partly-covered', reason: 'a', clause: 'b' })).toEqual(['upTo']);
	expect(issuesOf({})).toEqual(['outcome']);
	const part = { outcome: 'partly-covered', upTo: '1.500', reason: 'a', clause: 'b' } as const;
	expect(readAnswer(part, 'EUR')).toMatchObject({
		value: { upTo: { amountMinor: 150_000, currency: 'EUR' } }
	});
	expect(readAnswer({ ...part, upTo: '0' }, 'EUR')).toMatchObject({
		error: { issues: { upTo: 'amount-invalid' } }
	});
	// an amount that was typed for another choice is no part of the answer
	expect(readAnswer({ ...part, outcome: 'not-covered' }, 'EUR')).toMatchObject({
		value: { outcome: 'not-covered', upTo: null }
	});
});
