import { expect, test } from 'vitest';
import {
	formatBytes,
	formatDate,
	formatDateTime,
	formatDateTimeSpan,
	formatIban,
	formatMoney
} from './format.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('dates are unambiguous in both languages', () => {
	expect(formatDate('2026-03-12', 'de')).toBe('12. März 2026');
	expect(formatDate('2026-03-12', 'en')).toBe('12 March 2026');
});

test('a text that is no date stays as it is', () => {
	expect(formatDate('12.3.2026', 'de')).toBe('12.3.2026');
	expect(formatDate('', 'en')).toBe('');
});

test('moments are told in Berlin time, in winter and in summer', () => {
	expect(formatDateTime(Date.UTC(2026, 2, 12, 13, 2), 'de')).toBe('12. März 2026, 14:02 Uhr (MEZ)');
	expect(formatDateTime(Date.UTC(2026, 6, 1, 22, 30), 'de')).toBe('2. Juli 2026, 00:30 Uhr (MESZ)');
	expect(formatDateTime(Date.UTC(2026, 2, 12, 13, 2), 'en')).toBe('12 March 2026, 14:02 (CET)');
});

test('a span names its day once, and a minute is no span', () => {
	const at = (day: number, hour: number, minute: number) => Date.UTC(2026, 10, day, hour, minute);
	const fromMs = at(27, 13, 30);
	expect(formatDateTimeSpan(fromMs, at(27, 13, 33), 'de')).toBe(
		'27. November 2026, 14:30 bis 14:33 Uhr (MEZ)'
	);
	expect(formatDateTimeSpan(fromMs, at(27, 13, 33), 'en')).toBe(
		'27 November 2026, 14:30 to 14:33 (CET)'
	);
	expect(formatDateTimeSpan(fromMs, fromMs + 59_999, 'en')).toBe(formatDateTime(fromMs, 'en'));
	expect(formatDateTimeSpan(at(27, 22, 50), at(27, 23, 10), 'en')).toBe(
		'27 November 2026, 23:50 (CET) to 28 November 2026, 00:10 (CET)'
	);
	// The clock is put back between the two: 02:50 of summer, 02:10 of winter.
	expect(formatDateTimeSpan(Date.UTC(2026, 9, 25, 0, 50), Date.UTC(2026, 9, 25, 1, 10), 'en')).toBe(
		'25 October 2026, 02:50 (CEST) to 25 October 2026, 02:10 (CET)'
	);
});

test.each([
	[{ amountMinor: 123450, currency: 'EUR' }, '1.234,50 €', '€1,234.50'],
	[{ amountMinor: 0, currency: 'EUR' }, '0,00 €', '€0.00'],
	[{ amountMinor: -500, currency: 'EUR' }, '-5,00 €', '-€5.00'],
	[{ amountMinor: 123450, currency: 'USD' }, '1.234,50 USD', 'USD 1,234.50'],
	[{ amountMinor: 1500, currency: 'JPY' }, '1.500 JPY', 'JPY 1,500'],
	[{ amountMinor: 1500, currency: 'KWD' }, '1,500 KWD', 'KWD 1.500']
])('%o as money', (money, de, en) => {
	expect(plain(formatMoney(money, 'de'))).toBe(de);
	expect(plain(formatMoney(money, 'en'))).toBe(en);
});

test('an IBAN is grouped in fours, masked or not, spaced or not', () => {
	expect(formatIban('DE89370400440532013000')).toBe('DE89 3704 0044 0532 0130 00');
	expect(formatIban('DE89 3704 0044 0532 0130 00')).toBe('DE89 3704 0044 0532 0130 00');
	expect(formatIban('DE89••••••••••••••3000')).toBe('DE89 •••• •••• •••• ••30 00');
	expect(formatIban('')).toBe('');
});

test.each([
	[0, '0 B'],
	[812, '812 B'],
	[999, '999 B'],
	[1000, '1 kB'],
	[3_400_000, '3,4 MB'],
	[999_960, '1 MB'],
	[2_500_000_000, '2,5 GB']
])('%i bytes', (bytes, text) => {
	expect(plain(formatBytes(bytes, 'de'))).toBe(text);
});
