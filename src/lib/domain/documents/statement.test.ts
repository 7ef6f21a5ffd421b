import { describe, expect, it } from 'vitest';
import { parseCalendarDate } from '../calendar.ts';
import { decideClaim } from '../claims/decision.ts';
import { parseDocumentContent } from './document.ts';
import {
	overpaidOf,
	paidInAllOf,
	toPayOf,
	writeStatement,
	type StatementFacts
} from './statement.ts';

const day = (text: string) => {
	const date = parseCalendarDate(text);
	if (!date) throw new Error(`${text} is no date`);
	return date;
};

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

const FACTS: StatementFacts = {
	claimId: 'claim',
	claimNumber: 'S-2026-7K4MXR',
	language: 'en',
	policyNumber: 'MA-2041-7735',
	insuredPersons: [{ personId: 'ada', name: 'Ada Muster', deductibleLeftMinor: 3_000 }],
	personOf: ({ insuredPersonId }) => insuredPersonId ?? 'ada',
	payee: { holder: 'Ada Muster', iban: 'de89 3704 0044 0532 0130 0x' },
	invoices: [
		{
			id: 'a',
			issuer: 'Dr. Sample',
			number: 'R-1',
			invoiceDate: day('2026-05-02'),
			treatmentFrom: day('2026-05-01'),
			treatmentTo: day('2026-05-01'),
			amountMinor: 10_000,
			currency: 'EUR',
			isPaid: true
		}
	],
	advance: null
};

const OF = { insuredPersonId: 'ada', yearStartsOn: day('2026-01-01') };
const NUMBERED = { holder: 'Ada Muster', bic: 'CHASUS33', bankName: 'Chase' };

const YEAR = {
	...OF,
	deductibleLeftMinor: 5_000,
	maximumLeftMinor: null
};

function decide() {
	const line = { invoiceId: 'a', issuer: 'Dr. Sample', invoiceDate: '2026-05-02' };
	const input = { invoiceId: 'a', recognisedMinor: 8_000, deductibleMinor: 2_000 };
	const result = decideClaim(
		[{ ...line, ...OF, billed: eur(10_000) }],
		[{ ...input, reason: 'fee-too-high', exchangeRate: null }],
		{ currency: 'EUR', years: [YEAR], today: day('2026-11-22') }
	);
	if (!result.ok) throw new Error('not decided');
	return result.value;
}

describe('writeStatement', () => {
	it('takes its number from the claim, masks policy and account, and says what is left', () => {
		expect(writeStatement(FACTS, decide(), 1_000)).toMatchObject({
			statementNumber: 'S-2026-7K4MXR-1',
			policyNumberMasked: '••••••••7735',
			payee: { holder: 'Ada Muster', ibanLast4: '300X' },
			outcome: 'partially_approved',
			decidedBy: 'person',
			deductibleLeftMinor: 3_000,
			lines: [{ invoiceNumber: 'R-1', treatmentFrom: '2026-05-01', paid: eur(6_000) }]
		});
	});

	it.each([FACTS.payee, { ...NUMBERED, accountNumber: '12345' }])(
		'can be read back from its stored form, with %j',
		(payee) => {
			const statement = writeStatement({ ...FACTS, payee }, decide(), 1_000);
			expect(parseDocumentContent(JSON.parse(JSON.stringify(statement)))).toEqual(statement);
		}
	);

	it('says the end of an account without an IBAN likewise', () => {
		const payee = { ...NUMBERED, accountNumber: '000123456789' };
		expect(writeStatement({ ...FACTS, payee }, decide(), 1_000).payee).toEqual({
			...{ holder: 'Ada Muster', ibanLast4: '6789' }
		});
	});

	it('sums up for each of several people, and leaves out who has no bill', () => {
		const [bill] = FACTS.invoices;
		const [line] = decide().lines;
		if (!bill || !line) throw new Error('no bill');
		const decision = { ...decide(), lines: [line, { ...line, invoiceId: 'b', paid: eur(1_000) }] };
		const facts = {
			...FACTS,
			insuredPersons: [
				...FACTS.insuredPersons,
				{ personId: 'ben', name: 'Ben Muster', deductibleLeftMinor: 0 },
				{ personId: 'cem', name: 'Cem Muster', deductibleLeftMinor: null }
			],
			invoices: [bill, { ...bill, id: 'b', insuredPersonId: 'ben' }]
		};
		const statement = writeStatement(facts, decision, 1_000);
		expect(statement).toMatchObject({
			insuredPersonName: 'Ada Muster, Ben Muster',
			lines: [{ insuredPersonName: 'Ada Muster' }, { insuredPersonName: 'Ben Muster' }],
			persons: [
				{ name: 'Ada Muster', totals: { paid: eur(6_000) }, deductibleLeftMinor: 3_000 },
				{ name: 'Ben Muster', totals: { paid: eur(1_000) }, deductibleLeftMinor: 0 }
			]
		});
		expect(parseDocumentContent(JSON.parse(JSON.stringify(statement)))).toEqual(statement);
	});

	it('names nobody on the lines where all are of one person', () => {
		const statement = writeStatement(FACTS, decide(), 1_000);
		expect(statement.persons).toBeUndefined();
		expect(statement.lines[0]).not.toHaveProperty('insuredPersonName');
	});

	it('throws when a decided line was never billed', () => {
		expect(() => writeStatement({ ...FACTS, invoices: [] }, decide(), 1_000)).toThrow('no invoice');
	});
});

describe('what leaves with a statement', () => {
	/** The decision pays 60 euros. */
	const after = (advanceMinor: number | null) =>
		writeStatement(
			{
				...FACTS,
				advance: advanceMinor === null ? null : { amount: eur(advanceMinor), paidOn: '2026-11-01' }
			},
			decide(),
			1_000
		);
	it.each([
		[null, 6_000, 6_000, 0],
		[2_500, 3_500, 6_000, 0],
		[6_000, 0, 6_000, 0],
		[7_000, 0, 7_000, 1_000]
	])('after an advance of %s is %i, %i in all, %i too much', (advance, toPay, inAll, over) => {
		const statement = after(advance);
		expect(toPayOf(statement)).toEqual(eur(toPay));
		expect(paidInAllOf(statement)).toEqual(eur(inAll));
		expect(overpaidOf(statement)).toEqual(eur(over));
		expect(parseDocumentContent(statement)).toEqual(statement);
	});
});
