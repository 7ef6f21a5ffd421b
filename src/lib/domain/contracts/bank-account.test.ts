import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import {
	accountChangeSchema,
	accountHoldsFrom,
	accountOn,
	isNewPayee,
	waitingChange,
	type AccountChange
} from './bank-account.ts';

const day = (text: string) => text as CalendarDate;
const account = (iban: string) => ({ holder: 'Ada', iban, bic: null, bankName: null });
const FIRST = account('FIRST');

const change = (iban: string, holdsFrom: string, more: Partial<AccountChange> = {}) => ({
	id: iban,
	contractId: 'c1',
	account: account(iban),
	askedAtMs: 1,
	holdsFrom: day(holdsFrom),
	stoppedAtMs: null,
	isAfterRecovery: false,
	...more
});

test('an account counts after the days of waiting, over the end of a month and of summer time', () => {
	expect(accountHoldsFrom(day('2026-11-26'), 7)).toBe('2026-12-03');
	expect(accountHoldsFrom(day('2026-10-24'), 2)).toBe('2026-10-26');
	expect(accountHoldsFrom(day('2026-11-26'), 0)).toBe('2026-11-26');
});

test('on the day before the old account holds, on the day and after it the new one', () => {
	const changes = [change('NEW', '2026-12-03')];
	expect(accountOn(FIRST, changes, day('2026-12-02'))).toEqual({
		account: FIRST,
		since: null,
		isAfterRecovery: false
	});
	expect(accountOn(FIRST, changes, day('2026-12-03'))).toMatchObject({
		account: { iban: 'NEW' },
		since: '2026-12-03'
	});
	expect(accountOn(FIRST, changes, day('2027-12-03')).account.iban).toBe('NEW');
});

test('a stopped change never holds, and of several the newest does', () => {
	const changes = [
		change('ONE', '2026-12-03'),
		change('TWO', '2026-12-20'),
		change('STOPPED', '2026-12-24', { stoppedAtMs: 5 })
	];
	expect(accountOn(FIRST, changes, day('2026-12-31')).account.iban).toBe('TWO');
	const same = [change('ONE', '2026-12-03'), change('LATER', '2026-12-03', { askedAtMs: 2 })];
	expect(accountOn(FIRST, same, day('2026-12-03')).account.iban).toBe('LATER');
});

test('a change waits until the day before it holds, unless it was stopped', () => {
	const changes = [change('NEW', '2026-12-03')];
	expect(waitingChange(changes, day('2026-12-02'))?.id).toBe('NEW');
	expect(waitingChange(changes, day('2026-12-03'))).toBeNull();
	const stopped = [change('NEW', '2026-12-03', { stoppedAtMs: 5 })];
	expect(waitingChange(stopped, day('2026-12-02'))).toBeNull();
});

test('Z7: an account of one claim, and one that is young in the contract, want a second person', () => {
	const contract = { iban: 'NEW', since: day('2026-12-03') };
	expect(isNewPayee('OTHER', { iban: 'FIRST', since: null }, day('2026-12-03'), 30)).toBe(true);
	expect(isNewPayee('FIRST', { iban: 'FIRST', since: null }, day('2026-12-03'), 30)).toBe(false);
	expect(isNewPayee('NEW', contract, day('2027-01-01'), 30)).toBe(true);
	expect(isNewPayee('NEW', contract, day('2027-01-02'), 30)).toBe(false);
	expect(isNewPayee(null, { iban: 'FIRST', since: null }, day('2026-12-03'), 30)).toBe(true);
});

test('an account is typed with blanks and small letters; a slip is seen', () => {
	const parse = (holder: string, iban: string) =>
		v.safeParse(accountChangeSchema, { holder, iban });
	expect(parse(' Zoë Ødegård ', 'de89 3704 0044 0532 0130 00').output).toEqual({
		holder: 'Zoë Ødegård',
		iban: 'DE89370400440532013000'
	});
	const issue = (holder: string, iban: string) => parse(holder, iban).issues?.[0].message;
	expect(issue('Zoë', 'DE89370400440532013001')).toBe('iban-invalid');
	expect(issue('', 'DE89370400440532013000')).toBe('required');
	expect(issue('x'.repeat(71), 'DE89370400440532013000')).toBe('too-long');
	expect(issue('<b>', 'DE89370400440532013000')).toBe('name-invalid');
});
