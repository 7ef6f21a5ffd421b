import { readFileSync } from 'node:fs';
import { validateXML } from 'xmllint-wasm';
import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import { OPERATOR } from '../operator.ts';
import { paymentFile, paymentFileName, runReference, type PaymentRun } from './payment-file.ts';

/** ISO 20022's own schema, unchanged (https://www.iso20022.org, message set Payments Initiation). */
const SCHEMA = readFileSync('tests/fixtures/pain.001.001.09.xsd', 'utf8');

const executesOn = parseCalendarDate('2026-11-26');
if (!executesOn) throw new Error('no date');

const run = (change: Partial<PaymentRun> = {}): PaymentRun => ({
	number: 42,
	route: 'sepa',
	createdAtMs: Date.UTC(2026, 10, 26, 9, 30, 15, 250),
	executesOn,
	debtor: OPERATOR.payments.account,
	items: [
		{
			endToEndId: 'S-2026-7K4MXR-1',
			amount: { amountMinor: 8_450, currency: 'EUR' },
			payee: { holder: 'Lê Thị Mai <"&\'>', iban: 'DE89370400440532013000' },
			purpose: 'Erstattung S-2026-7K4MXR'
		},
		{
			endToEndId: 'S-2026-AAAAAA-2',
			amount: { amountMinor: 5, currency: 'EUR' },
			payee: { holder: 'Jörg Weiß', iban: 'FR1420041010050500013M02606' },
			purpose: 'Erstattung S-2026-AAAAAA'
		}
	],
	...change
});

async function validate(text: string) {
	return validateXML({
		xml: [{ fileName: 'run.xml', contents: text }],
		schema: [{ fileName: 'pain.001.001.09.xsd', contents: SCHEMA }]
	});
}

describe('a SEPA file', () => {
	it('is valid by pain.001.001.09, with one payment and with many', async () => {
		const [item] = run().items;
		if (!item) throw new Error('no item');
		const many = Array.from({ length: 100 }, (_, index) => ({
			...item,
			endToEndId: `S-2026-7K4MXR-${index}`
		}));
		for (const one of [run(), run({ items: [item] }), run({ items: many })]) {
			const { valid, errors } = await validate(paymentFile(one));
			expect(errors).toEqual([]);
			expect(valid).toBe(true);
		}
	}, 30_000);

	it('would be found out by the validator if it were wrong', async () => {
		const text = paymentFile(run());
		for (const [right, wrong] of [
			['<ChrgBr>SLEV</ChrgBr>', '<ChrgBr>FREE</ChrgBr>'],
			['<NbOfTxs>2</NbOfTxs>', '<NbOfTxs>two</NbOfTxs>'],
			['Ccy="EUR"', ''],
			['<Dt>2026-11-26</Dt>', '<Dt>26.11.2026</Dt>']
		] as const) {
			expect(text).toContain(right);
			expect((await validate(text.replace(right, wrong))).valid).toBe(false);
		}
	}, 30_000);

	it('sums up to the cent, and names sender and receivers in letters every bank takes', () => {
		const text = paymentFile(run());
		expect(text.match(/<CtrlSum>84\.55<\/CtrlSum>/g)).toHaveLength(2);
		expect(text.match(/<NbOfTxs>2<\/NbOfTxs>/g)).toHaveLength(2);
		expect(text).toContain('<InstdAmt Ccy="EUR">84.50</InstdAmt>');
		expect(text).toContain('<InstdAmt Ccy="EUR">0.05</InstdAmt>');
		expect(text).toContain('<Nm>Joerg Weiss</Nm>');
		expect(text).toContain("<Nm>Le Thi Mai ...+'.</Nm>".replace('...+', '..+'));
		expect(text).toContain('<CreDtTm>2026-11-26T09:30:15Z</CreDtTm>');
	});

	it('is the same to the byte each time', () => {
		expect(paymentFile(run())).toBe(paymentFile(structuredClone(run())));
	});
});

describe('the list for payments abroad', () => {
	const transfer = { amount: { amountMinor: 500, currency: 'EUR' }, purpose: 'Erstattung' };
	const turkish = {
		...{ ...transfer, endToEndId: 'A' },
		payee: { holder: 'Lê Thị', iban: 'TR330006100519786457841326' }
	};
	const american = {
		...{ ...transfer, endToEndId: 'B' },
		payee: {
			...{ holder: 'Ada Muster', accountNumber: '000123456789' },
			...{ bic: 'CHASUS33', bankName: 'JPMorgan Chase Bank' }
		}
	};

	it('says the bank of an account without an IBAN, behind what it has always said', () => {
		const text = paymentFile(run({ route: 'abroad', items: [turkish, american] }));
		expect(text.split('\r\n').slice(1)).toEqual([
			'"A","2026-11-26","Lê Thị","TR330006100519786457841326","EUR","5.00","Erstattung","",""',
			'"B","2026-11-26","Ada Muster","000123456789","EUR","5.00","Erstattung","CHASUS33","JPMorgan Chase Bank"',
			''
		]);
	});

	it('is to the byte what it was before where every account has an IBAN: a run keeps its sum', () => {
		expect(paymentFile(run({ route: 'abroad', items: [turkish] }))).toBe(
			'\uFEFF"reference","execution date","account holder","account","currency","amount","purpose"\r\n' +
				'"A","2026-11-26","Lê Thị","TR330006100519786457841326","EUR","5.00","Erstattung"\r\n'
		);
	});

	it('is the only file for it: a SEPA file with it is not made', () => {
		expect(() => paymentFile(run({ items: [american] }))).toThrow('without an IBAN');
	});

	it('keeps names as they are, and currencies with their own decimals', () => {
		const text = paymentFile(
			run({
				route: 'abroad',
				items: [
					{
						endToEndId: 'S-2026-7K4MXR-1',
						amount: { amountMinor: 1_234, currency: 'JPY' },
						payee: { holder: '=Lê Thị', iban: 'TR330006100519786457841326' },
						purpose: 'Erstattung S-2026-7K4MXR'
					}
				]
			})
		);
		expect(text.split('\r\n')[1]).toBe(
			'"S-2026-7K4MXR-1","2026-11-26","\'=Lê Thị","TR330006100519786457841326","JPY","1234","Erstattung S-2026-7K4MXR"'
		);
	});
});

it('a run has a number that people can say', () => {
	expect(runReference(42)).toBe('KP-000042');
	expect(paymentFileName({ number: 42, route: 'sepa' })).toBe('KP-000042.xml');
	expect(paymentFileName({ number: 42, route: 'abroad' })).toBe('KP-000042.csv');
});
