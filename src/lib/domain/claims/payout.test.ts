import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
	ADVANCE_NO,
	contentText,
	PAYOUT_STATES,
	PAYOUT_STEPS,
	routeOf,
	secondLookOf,
	isPossibleRoute,
	statesBefore
} from './payout.ts';

const LIMIT = { amountMinor: 100_000, currency: 'EUR' };
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const CALM = { isCorrection: false, isAfterRecovery: false };
const payee = { holder: 'Ada Muster', iban: 'DE89370400440532013000' };
const numbered = {
	...{ holder: 'Ada Muster', accountNumber: '000123456789' },
	...{ bic: 'CHASUS33', bankName: 'Chase' }
};

describe('a second person', () => {
	it.each([
		[99_999, null],
		[100_000, null],
		[100_001, 'limit']
	])('Z7: looks at %i cents: %s', (amountMinor, look) => {
		expect(secondLookOf(eur(amountMinor), false, LIMIT, CALM)).toBe(look);
	});
	it('Z7: looks at every new account, however small the amount', () => {
		expect(secondLookOf(eur(1), true, LIMIT, CALM)).toBe('new-account');
	});
	it('Z7: looks at every cent that a corrected decision pays more', () => {
		expect(secondLookOf(eur(1), false, LIMIT, { ...CALM, isCorrection: true })).toBe('correction');
		expect(secondLookOf(eur(1), false, LIMIT, CALM)).toBeNull();
	});

	it('S8: looks at every cent for somebody who came back by letter', () => {
		const care = { ...CALM, isAfterRecovery: true };
		expect(secondLookOf(eur(1), false, LIMIT, care)).toBe('recovery');
		expect(secondLookOf(eur(1), true, LIMIT, care)).toBe('recovery');
	});

	it('Z7: looks at every currency that the limit says nothing about', () => {
		expect(secondLookOf({ amountMinor: 1, currency: 'CHF' }, false, LIMIT, CALM)).toBe('currency');
	});
});

describe('what an approval is bound to', () => {
	const content = { claimId: 'c', decisionNo: 1, version: 1, amount: eur(500), payee };
	it.each([
		['claim', { claimId: 'd' }],
		['decision', { decisionNo: 2 }],
		['kind', { decisionNo: ADVANCE_NO }],
		['version', { version: 2 }],
		['amount', { amount: eur(501) }],
		['currency', { amount: { ...eur(500), currency: 'USD' } }],
		['IBAN', { payee: { ...payee, iban: 'DE75512108001245126199' } }],
		['account holder', { payee: { ...payee, holder: 'Eve Muster' } }]
	])('Z7: another %s is another content', (_, change) => {
		expect(contentText({ ...content, ...change })).not.toBe(contentText(content));
	});
	it.each([
		['account number', { accountNumber: '000123456780' }],
		['BIC', { bic: 'CHASUS34' }],
		['bank', { bankName: 'Other' }],
		['account holder', { holder: 'Eve Muster' }]
	])('Z7: another %s of an account without an IBAN is another content', (_, change) => {
		const one = { ...content, payee: numbered };
		const other = { ...content, payee: { ...numbered, ...change } };
		expect(contentText(other)).not.toBe(contentText(one));
	});
	it('Z7: the text of an account with an IBAN is what it has always been: stored hashes are of it', () => {
		expect(contentText(content)).toBe(
			'1:c|1:1|3:500|3:EUR|22:DE89370400440532013000|10:Ada Muster'
		);
	});
	it('Z7: two contents never share a text, wherever their parts end', () => {
		const parts = fc.record({
			claimId: fc.string(),
			decisionNo: fc.integer({ min: 1, max: 3 }),
			version: fc.nat(),
			amount: fc.record({ amountMinor: fc.nat(), currency: fc.string() }),
			payee: fc.oneof(
				fc.record({ holder: fc.string(), iban: fc.string() }),
				fc.record({
					...{ holder: fc.string(), accountNumber: fc.string() },
					...{ bic: fc.string(), bankName: fc.string() }
				})
			)
		});
		fc.assert(
			fc.property(parts, parts, (one, other) => {
				const isSame = JSON.stringify(one) === JSON.stringify(other);
				return (contentText(one) === contentText(other)) === isSame;
			})
		);
		const [one, other] = [
			{ ...content, payee: { iban: 'AB', holder: 'C' } },
			{ ...content, payee: { iban: 'A', holder: 'BC' } }
		];
		expect(contentText(one)).not.toBe(contentText(other));
	});
});

describe('the life of a payment', () => {
	it('Z7: money leaves only what was ready, and what was refused or returned is looked at anew', () => {
		expect(statesBefore('ordered')).toEqual(['ready']);
		expect(statesBefore('paid')).toEqual(['ordered']);
		expect(statesBefore('returned')).toEqual(['ordered', 'paid']);
		expect(statesBefore('waiting')).toEqual(['refused', 'returned']);
	});
	it('has no step that leads nowhere, but the end of an advance that a decision has withdrawn', () => {
		expect(PAYOUT_STEPS.withdrawn).toEqual([]);
		for (const state of PAYOUT_STATES.filter((one) => one !== 'withdrawn'))
			expect(PAYOUT_STEPS[state].length).toBeGreaterThan(0);
	});
});

test.each([
	['EUR', 'DE89370400440532013000', 'sepa'],
	['EUR', 'RS35260005601001611379', 'sepa'],
	['EUR', 'TR330006100519786457841326', 'abroad'],
	['CHF', 'CH9300762011623852957', 'abroad']
])('%s to %s leaves by %s', (currency, iban, route) => {
	expect(routeOf({ amountMinor: 1, currency }, { holder: 'A', iban })).toBe(route);
});

test('an account without an IBAN leaves by the list abroad, whatever the currency and its letters', () => {
	const german = { ...numbered, bic: 'DEUTDEFF', accountNumber: 'DE89370400440532013000' };
	for (const currency of ['EUR', 'USD']) {
		expect(routeOf({ amountMinor: 1, currency }, numbered)).toBe('abroad');
		expect(routeOf({ amountMinor: 1, currency }, german)).toBe('abroad');
	}
	expect(isPossibleRoute('sepa', numbered)).toBe(false);
	expect(isPossibleRoute('abroad', numbered)).toBe(true);
	expect(isPossibleRoute('sepa', payee)).toBe(true);
});
