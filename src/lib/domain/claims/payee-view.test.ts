import { expect, test } from 'vitest';
import { lastFourOf, showNumber, viewPayee } from './payee-view.ts';

const numbered = (accountNumber: string) => ({
	...{ holder: 'Ada Muster', accountNumber },
	...{ bic: 'CHASUS33', bankName: 'JPMorgan Chase Bank' }
});

test('D8: a number is shown by its end, with the bank that it is nothing without', () => {
	expect(viewPayee(numbered('000123456789'))).toEqual({
		holder: 'Ada Muster',
		numberMasked: '•••• •••• 6789',
		last4: '6789',
		bank: { bic: 'CHASUS33', name: 'JPMorgan Chase Bank' }
	});
	expect(viewPayee({ holder: 'Ada Muster', iban: 'DE89370400440532013000' })).toEqual({
		holder: 'Ada Muster',
		numberMasked: 'DE•• •••• •••• •••• ••30 00',
		last4: '3000',
		bank: null
	});
});

test.each([
	['12345678', '5678', '•••• 5678'],
	['1234567', '567', '•••• 567'],
	['12345', '45', '•••4 5'],
	['12', '2', '•2']
])('D8: of the short number %s no more than half is shown', (number, end, masked) => {
	expect(lastFourOf(numbered(number))).toBe(end);
	expect(viewPayee(numbered(number)).numberMasked).toBe(masked);
});

test('a whole number says whether it is an IBAN, which is read in fours', () => {
	expect(showNumber(numbered('0123'))).toEqual({ number: '0123', isIban: false });
	const iban = 'DE89370400440532013000';
	expect(showNumber({ holder: 'Ada', iban })).toEqual({ number: iban, isIban: true });
});
