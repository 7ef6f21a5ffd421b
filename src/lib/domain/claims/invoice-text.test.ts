import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findInvoiceFacts, findInvoiceNumber } from './invoice-text.ts';

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

test('a German doctor`s bill', () => {
	const facts = findInvoiceFacts(`HNO-Praxis Dr. Albers
		Marktplatz 4, 50667 Köln            Köln, den 9. November 2026
		Patientin: Mai Nguyen, geb. 03.05.1999
		Rechnungs-Nr.: 2026-1187       Rechnungsdatum: 09.11.2026
		Behandlung vom 02.11.2026
		Ziffer 1   Beratung          2,3   10,72 €
		Ziffer 6   Untersuchung      2,3   13,41 €
		Gesamtbetrag                       184,50 €
		Zahlbar bis 09.12.2026 auf IBAN DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX`);
	expect(facts).toEqual({
		amount: eur(18_450),
		invoiceDate: '2026-11-09',
		number: '2026-1187',
		iban: 'DE89370400440532013000'
	});
});

test('an English hospital`s invoice, in pounds', () => {
	const facts = findInvoiceFacts(`St Mary's Hospital  London
		INVOICE
		Invoice number: INV/26/00417
		Date of issue  12 November 2026    Due 12 December 2026
		Date of birth 3 May 1999
		Consultation              £ 120.00
		X-ray                     £ 1,080.00
		Subtotal                  £ 1,200.00
		VAT 20 %                  £ 240.00
		Total due                 £ 1,440.00
		IBAN GB29 NWBK 6016 1331 9268 19`);
	expect(facts).toMatchObject({
		amount: { amountMinor: 144_000, currency: 'GBP' },
		number: 'INV/26/00417',
		iban: 'GB29NWBK60161331926819'
	});
});

test('a pharmacy`s slip with the amount on the next line', () => {
	const facts = findInvoiceFacts('Dom-Apotheke\nDatum 10.11.26\nSUMME\n23,90 EUR\nMwSt 19% 3,82');
	expect(facts).toMatchObject({ amount: eur(2390), invoiceDate: '2026-11-10', number: null });
});

test.each([
	['Rechnungsdatum 2026-11-09', '2026-11-09'],
	['Datum: 9.11.2026', '2026-11-09'],
	['Datum: 09. 11. 2026', '2026-11-09'],
	['Köln, 3. März 2026', '2026-03-03'],
	['Invoice date: November 9, 2026', '2026-11-09'],
	['Date 9th Nov 2026', '2026-11-09'],
	['Date 25/11/2026', '2026-11-25'],
	['Date 11/11/2026', '2026-11-11']
])('reads the date in "%s"', (text, date) => {
	expect(findInvoiceFacts(text).invoiceDate).toBe(date);
});

test.each([
	['a day that America reads otherwise', 'Date 03/04/2026'],
	['a day that does not exist', 'Datum 30.02.2026'],
	['a birthday', 'geboren, Geburtsdatum 03.05.1999'],
	['the day it is due', 'Zahlbar bis 09.12.2026'],
	['two days without a word on which', '01.11.2026 Text\n05.11.2026 Text'],
	['a month nobody has', 'Date 9 Brumaire 2026']
])('suggests no date for %s', (_, text) => {
	expect(findInvoiceFacts(text).invoiceDate).toBeNull();
});

test.each([
	['Rechnungsbetrag 1.234,56 EUR', eur(123_456)],
	['Zu zahlen: 99,00', eur(9900)],
	["Total CHF 1'949.75", { amountMinor: 194_975, currency: 'CHF' }],
	['Gesamtsumme 50,00 €\nSumme 20,00 €', eur(5000)],
	['Übertrag Gesamt 10,00 €\nGesamt 30,00 €', eur(3000)],
	['Behandlung 45,00 €', eur(4500)]
])('reads the amount in "%s"', (text, amount) => {
	expect(findInvoiceFacts(text).amount).toEqual(amount);
});

test.each([
	['two amounts without a word on which', '10,00 €\n20,00 €'],
	['a sum before tax', 'Zwischensumme 10,00 €'],
	['a rate of tax', 'Summe 19,00 %'],
	['nothing to pay', 'Gesamtbetrag 0,00 €'],
	['a number that is no amount', 'Gesamt 4.711.0815']
])('suggests no amount for %s', (_, text) => {
	expect(findInvoiceFacts(text).amount).toBeNull();
});

test.each([
	['Rechnung Nr. 4711', '4711'],
	['Rechnungsnummer: RE-2026/88.', 'RE-2026/88'],
	['Re-Nr 12-34', '12-34'],
	['Invoice # A-77', 'A-77'],
	['Rechnung 2026-1187 Nguyen', '2026-1187'],
	['Bill no. 9', null],
	['Rechnung für Beratung', null],
	['Invoice total 20.00', null],
	['Rechnungsnummer: keine', null]
])('reads the number in "%s"', (text, number) => {
	expect(findInvoiceNumber(text)).toBe(number);
});

test('an IBAN survives what reading machines make of zeros and ones', () => {
	expect(findInvoiceFacts('IBAN: DE89 37O4 OO44 O532 O13O OO Betrag').iban).toBe(
		'DE89370400440532013000'
	);
	expect(findInvoiceFacts('DE89 3704 0044 0532 0130 01').iban).toBeNull();
});

test('no text is a trouble', () => {
	fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => Boolean(findInvoiceFacts(text))));
	expect(findInvoiceFacts('')).toEqual({
		amount: null,
		invoiceDate: null,
		number: null,
		iban: null
	});
});
