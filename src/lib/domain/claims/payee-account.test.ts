import { countrySpecs, isValidBIC } from 'ibantools';
import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { COUNTRY_CODES } from '../countries.ts';
import { bicIssue, ibanOf, numberedAccountSchema } from './payee-account.ts';

const ACCOUNT = {
	holder: 'Ada Muster',
	accountNumber: '000123456789',
	bic: 'CHASUS33',
	bankName: 'JPMorgan Chase Bank'
};

const issuesOf = (change: object) => {
	const { issues = [] } = v.safeParse(numberedAccountSchema, { ...ACCOUNT, ...change });
	const first = issues.map((issue) => [v.getDotPath(issue), issue.message] as const).toReversed();
	return Object.fromEntries(first) as Record<string, string>;
};

test('the countries with IBANs are those that the server’s library knows', () => {
	const known = Object.entries(countrySpecs);
	expect(known.length).toBeGreaterThan(200);
	for (const [country, { IBANRegistry: hasIbans = false }] of known) {
		// Where nobody lives there is no bank.
		const other = COUNTRY_CODES.includes(country) ? null : 'bic-invalid';
		expect(bicIssue(`AAAA${country}22`), country).toBe(hasIbans ? 'bic-iban-country' : other);
	}
	expect(bicIssue('AAAAZZ22')).toBe('bic-invalid');
});

describe('an account without an IBAN', () => {
	it('is typed with blanks, hyphens and small letters, and keeps its zeros', () => {
		const typed = { accountNumber: ' 0001-2345 67–89 ', bic: 'chas us 33', holder: ' Ada Muster ' };
		expect(v.parse(numberedAccountSchema, { ...ACCOUNT, ...typed })).toEqual({
			...ACCOUNT,
			accountNumber: '000123456789'
		});
	});

	it.each([
		['CHASUS33', true],
		['CHASUS33XXX', true],
		['CHASUS3', false],
		['CHASUS33X', false],
		['CHASUS33XXXX', false],
		['CHA5US33', false],
		['CHASU533', false],
		['CHASUS3!', false]
	])('a BIC is what the server’s library takes for one: %s', (bic, isRight) => {
		expect(issuesOf({ bic })).toEqual(isRight ? {} : { bic: 'bic-invalid' });
		expect(isValidBIC(bic)).toBe(isRight);
	});

	it.each([
		[{ accountNumber: '1' }, {}],
		[{ accountNumber: 'A'.repeat(34) }, {}],
		[{ accountNumber: 'A'.repeat(35) }, { accountNumber: 'account-number-invalid' }],
		[{ accountNumber: '12/34' }, { accountNumber: 'account-number-invalid' }],
		[{ accountNumber: ' - ' }, { accountNumber: 'required' }],
		[{ bic: ' ' }, { bic: 'required' }],
		[{ bankName: 'B'.repeat(70), holder: 'H'.repeat(70) }, {}],
		[{ bankName: 'B'.repeat(71) }, { bankName: 'too-long' }],
		[{ holder: 'H'.repeat(71) }, { holder: 'too-long' }],
		[{ bankName: ' ' }, { bankName: 'required' }],
		[{ bankName: 'Bank\r\nx' }, { bankName: 'invalid' }],
		[{ iban: 'DE89370400440532013000' }, { iban: expect.any(String) }]
	])('%j: %j', (change, issues) => {
		expect(issuesOf(change)).toEqual(issues);
	});

	it('has none, even where its bank is', () => {
		expect(ibanOf(ACCOUNT)).toBeNull();
		expect(ibanOf({ holder: 'Ada', iban: 'DE89370400440532013000' })).toBe(
			'DE89370400440532013000'
		);
	});
});
