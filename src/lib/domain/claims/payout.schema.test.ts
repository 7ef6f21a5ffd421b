import * as v from 'valibot';
import { expect, test } from 'vitest';
import { renewalSchema } from './payout.schema.ts';

const IBAN = { holder: 'Ada Muster', iban: 'DE89 3704 0044 0532 0130 00' };
const NO_NUMBER = { accountNumber: '', bic: '', bankName: '' };
const NUMBER = {
	...{ holder: 'Ada Muster', accountNumber: '0001-2345' },
	...{ bic: 'chasus33', bankName: 'Chase' }
};

const issuesOf = (typed: object) =>
	(v.safeParse(renewalSchema, typed).issues ?? []).map((issue) => [
		v.getDotPath(issue),
		issue.message
	]);

test('the next account of a payment is an IBAN, or number and bank: what is filled in says which', () => {
	const iban = { holder: 'Ada Muster', iban: 'DE89370400440532013000' };
	expect(v.parse(renewalSchema, IBAN)).toEqual(iban);
	expect(v.parse(renewalSchema, { ...IBAN, ...NO_NUMBER })).toEqual(iban);
	expect(v.parse(renewalSchema, { ...NUMBER, iban: ' ' })).toEqual({
		...NUMBER,
		...{ accountNumber: '00012345', bic: 'CHASUS33' }
	});
});

test.each([
	[{ ...IBAN, ...NUMBER }, [['iban', 'account-twice']]],
	[{ ...NO_NUMBER, holder: 'Ada', iban: '' }, [['iban', 'iban-invalid']]],
	[{ ...NUMBER, bic: 'DEUTDEFF' }, [['bic', 'bic-iban-country']]],
	[{ ...NUMBER, bic: 'DEUTZZFF' }, [['bic', 'bic-invalid']]],
	[{ ...NUMBER, accountNumber: '' }, [['accountNumber', 'required']]]
])('%j is refused beside its field', (typed, issues) => {
	expect(issuesOf(typed).slice(0, 1)).toEqual(issues);
});
