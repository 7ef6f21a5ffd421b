import { expect, test } from 'vitest';
import { findSuggestions } from './suggestions.ts';

const IBAN = 'DE89370400440532013000';
const GIRO = `BCD\n002\n1\nSCT\n\nHNO-Praxis Dr. Albers\n${IBAN}\nEUR184.50\n\n\nRechnung 2026-1187`;
const TEXT = `Rechnungs-Nr. 2026-1187\nRechnungsdatum 09.11.2026\nGesamtbetrag 184,50 EUR\n${IBAN}`;

test('a payment code suggests issuer, number, amount and account', () => {
	expect(findSuggestions([GIRO], null)).toEqual([
		{ source: 'payment-code', field: 'issuer', text: 'HNO-Praxis Dr. Albers' },
		{ source: 'payment-code', field: 'number', text: '2026-1187' },
		{
			source: 'payment-code',
			field: 'amount',
			amount: { amountMinor: 18_450, currency: 'EUR' }
		},
		{
			source: 'payment-code',
			field: 'payeeIban',
			iban: IBAN,
			holder: 'HNO-Praxis Dr. Albers'
		}
	]);
});

test('what code and text both say is said once, by the code', () => {
	const found = findSuggestions([GIRO], TEXT);
	expect(found.map(({ source, field }) => `${source} ${field}`)).toEqual([
		'payment-code issuer',
		'payment-code number',
		'payment-code amount',
		'payment-code payeeIban',
		'text invoiceDate'
	]);
});

test('where they differ, both are shown', () => {
	const amounts = findSuggestions([GIRO], TEXT.replace('184,50', '148,50')).filter(
		({ field }) => field === 'amount'
	);
	expect(amounts.map(({ source }) => source)).toEqual(['payment-code', 'text']);
});

test.each([
	['RE-2026/88', ['RE-2026/88']],
	['4006381333931', []],
	['00340434161094021501', []],
	['https://praxis.example/bill?id=1', []],
	['Praxis', []]
])('the bar code %s suggests %j', (code, numbers) => {
	const found = findSuggestions([code], null);
	expect(found.map((one) => (one.field === 'number' ? one.text : one.field))).toEqual(numbers);
});

test('nothing read suggests nothing', () => {
	expect(findSuggestions([], null)).toEqual([]);
	expect(findSuggestions([], 'Kaffee und Kuchen')).toEqual([]);
});
