import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePaymentCode } from './payment-code.ts';

const IBAN = 'DE89370400440532013000';
const GIRO = [
	...['BCD', '002', '1', 'SCT', '', 'HNO-Praxis Dr. Albers', IBAN, 'EUR184.5', '', ''],
	...['Rechnung 2026-1187', '']
];
const changed = (line: number, text: string, of = GIRO) => of.with(line, text).join('\n');

test('a GiroCode tells payee, account, amount and reference', () => {
	expect(parsePaymentCode(GIRO.join('\n'))).toEqual({
		payee: 'HNO-Praxis Dr. Albers',
		iban: IBAN,
		amount: { amountMinor: 18_450, currency: 'EUR' },
		reference: 'Rechnung 2026-1187'
	});
});

test('lines may end as on Windows, and the last ones may be missing', () => {
	expect(parsePaymentCode(GIRO.slice(0, 8).join('\r\n'))).toMatchObject({ reference: '' });
});

test('a bill without an amount leaves it open', () => {
	expect(parsePaymentCode(changed(7, ''))?.amount).toBeNull();
});

test('the structured reference goes before free text', () => {
	expect(parsePaymentCode(changed(9, 'RF18539007547034'))?.reference).toBe('RF18539007547034');
});

test.each([
	['another kind of code', 0, 'WIFI'],
	['a version nobody knows', 1, '003'],
	['version 1 without the bank', 1, '001'],
	['a character set nobody knows', 2, '9'],
	['another way to pay', 3, 'INST'],
	['a bank code that is none', 4, 'COBA'],
	['nobody to pay', 5, ''],
	['a payee longer than the standard allows', 5, 'x'.repeat(71)],
	['an IBAN with a slip', 6, 'DE89370400440532013001'],
	['another currency', 7, 'USD10.00'],
	['an amount with a comma', 7, 'EUR10,00'],
	['no amount at all', 7, 'EUR0'],
	['an amount beyond the standard', 7, 'EUR1000000000']
])('%s is no GiroCode', (_, line, text) => {
	expect(parsePaymentCode(changed(line, text))).toBeNull();
});

test('version 1 with its bank is one', () => {
	const of = GIRO.with(1, '001').with(4, 'COBADEFFXXX');
	expect(parsePaymentCode(of.join('\n'))?.iban).toBe(IBAN);
});

test('a Swiss bill tells the same, in francs', () => {
	const swiss = [
		...['SPC', '0200', '1', 'CH4431999123000889012', 'S', 'Spital Zürich', 'Weg', '1', '8000'],
		...['Zürich', 'CH', '', '', '', '', '', '', '', '1949.75', 'CHF', '', '', '', '', '', '', ''],
		...['QRR', '210000000003139471430009017', 'Rechnung 88', 'EPD']
	];
	expect(parsePaymentCode(swiss.join('\n'))).toEqual({
		payee: 'Spital Zürich',
		iban: 'CH4431999123000889012',
		amount: { amountMinor: 194_975, currency: 'CHF' },
		reference: 'Rechnung 88'
	});
	expect(parsePaymentCode(swiss.with(19, 'USD').join('\n'))).toBeNull();
	expect(parsePaymentCode(swiss.with(1, '0100').join('\n'))).toBeNull();
});

test('whatever else a code holds is no payment code, and no trouble', () => {
	fc.assert(fc.property(fc.string(), (text) => parsePaymentCode(`BCD\n${text}`) === null));
	expect(parsePaymentCode('')).toBeNull();
});
