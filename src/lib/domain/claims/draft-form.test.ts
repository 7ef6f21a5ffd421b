import { describe, expect, it } from 'vitest';
import { NO_CIRCUMSTANCES } from './circumstances.ts';
import {
	emptyDraftForm,
	emptyInvoice,
	fieldOfIssue,
	parseDraftForm,
	stepOfField,
	type DraftForm
} from './draft-form.ts';

const ID = '0b0e8b9e-6f0a-4a53-9d7e-0a4f6f5f0001';
const context = {
	today: '2026-11-22',
	fileCount: 1,
	asks: []
};

const letter = { ...context, asks: ['stayAddress'], isLetter: true } as const;

function completeForm(): DraftForm {
	return {
		...emptyDraftForm(ID),
		contractId: ID,
		insuredPersonId: ID,
		cause: 'illness',
		diagnosis: 'Bronchitis',
		firstTreatmentOn: '2026-11-01',
		country: 'ES',
		hasOtherInsurance: 'no',
		treatedBefore: 'no',
		invoices: [
			{
				...emptyInvoice(ID),
				issuer: 'Dr. Ruiz',
				invoiceDate: '2026-11-03',
				treatmentFrom: '2026-11-01',
				amount: '1.234,50',
				isPaid: 'yes',
				kind: 'outpatient'
			}
		],
		isDeclaredTrue: true
	};
}

describe('a claim form', () => {
	it('becomes a claim when everything is filled in', () => {
		const { content, issues } = parseDraftForm(completeForm(), context);
		expect(issues).toEqual({});
		expect(content).toMatchObject({
			payeeAccount: null,
			invoices: [{ amountMinor: 123450, treatmentTo: '2026-11-01', isPaid: true, number: '' }]
		});
	});

	it('sends the circumstances that apply, and leaves behind what was typed for another case', () => {
		const typed = { accidentPlace: 'Köln', symptomsOn: '2026-10-30', treatedBeforeBy: 'Dr. Alt' };
		const { content } = parseDraftForm({ ...completeForm(), ...typed }, context);
		expect(content?.circumstances).toEqual({
			...NO_CIRCUMSTANCES,
			...{ treatedBefore: 'no', symptomsOn: '2026-10-30' }
		});
		expect(content?.invoices[0]?.kind).toBe('outpatient');
	});

	it('asks for what the plan asks for, beside its field', () => {
		const asks = ['enteredOn', 'stayAddress'] as const;
		const form = { ...completeForm(), enteredOn: '2026-11-23' };
		expect(parseDraftForm(form, { ...context, asks }).issues).toEqual({
			enteredOn: 'date-in-future',
			stayAddress: 'required'
		});
	});

	it("says whose a bill is only where it is not of the claim's own person", () => {
		const [invoice] = completeForm().invoices;
		if (!invoice) throw new Error('no bill');
		const other = '0b0e8b9e-6f0a-4a53-9d7e-0a4f6f5f0002';
		const invoices = ['', ID, other].map((insuredPersonId) => ({ ...invoice, insuredPersonId }));
		const { content } = parseDraftForm({ ...completeForm(), invoices }, context);
		expect(content?.invoices.map((one) => one.insuredPersonId)).toEqual([
			...[undefined, undefined],
			other
		]);
	});

	it('of a letter sends no circumstances and misses none', () => {
		const form: DraftForm = { ...completeForm(), treatedBefore: '' };
		form.invoices = form.invoices.map((invoice) => ({ ...invoice, kind: '' }));
		const { content, issues } = parseDraftForm(form, letter);
		expect(issues).toEqual({});
		expect(content).not.toHaveProperty('circumstances');
		expect(content?.invoices[0]).not.toHaveProperty('kind');
	});

	it('of a letter sends what it tells of what applies, and what it tells wrongly is at fault', () => {
		const form = { ...completeForm(), treatedBefore: '', accidentPlace: 'Köln' } as const;
		const told = { ...form, symptomsOn: '2026-10-30', stayAddress: 'Domplatz 1, Köln' };
		const { content } = parseDraftForm(told, letter);
		expect(content?.circumstances).toEqual({
			...NO_CIRCUMSTANCES,
			...{ symptomsOn: '2026-10-30', stayAddress: 'Domplatz 1, Köln' }
		});
		expect(content?.invoices[0]?.kind).toBe('outpatient');
		const wrong = { ...told, symptomsOn: '2026-11-23', stayAddress: 'x'.repeat(301) };
		expect(parseDraftForm(wrong, letter).issues).toEqual({
			...{ symptomsOn: 'date-in-future', stayAddress: 'too-long' }
		});
	});

	it('is not at fault for what was typed for another case: its field is not on the page', () => {
		const form = { ...completeForm(), accidentOn: '2026-11-23', accidentTime: '25:00' };
		expect(parseDraftForm(form, context).issues).toEqual({});
	});

	it('names every empty field of a new draft, and says required for each', () => {
		const { content, issues } = parseDraftForm(emptyDraftForm(ID), { ...context, fileCount: 0 });
		expect(content).toBeNull();
		expect(issues).toMatchObject({
			contractId: expect.any(String),
			insuredPersonId: expect.any(String),
			cause: 'required',
			diagnosis: 'required',
			firstTreatmentOn: 'required',
			country: 'required',
			hasOtherInsurance: 'required',
			'invoices.0.issuer': 'required',
			'invoices.0.invoiceDate': 'required',
			'invoices.0.treatmentFrom': 'required',
			'invoices.0.amount': 'required',
			'invoices.0.isPaid': 'required',
			files: 'file-missing',
			isDeclaredTrue: 'declaration-missing'
		});
		expect(issues).not.toHaveProperty(['invoices.0.treatmentTo']);
	});

	it('tells a wrong amount from an empty one', () => {
		const form = completeForm();
		form.invoices = form.invoices.map((invoice) => ({ ...invoice, amount: 'twelve' }));
		expect(parseDraftForm(form, context).issues).toEqual({ 'invoices.0.amount': 'amount-invalid' });
	});

	it('refuses a treatment that ends before it starts and dates after today', () => {
		const form = completeForm();
		form.firstTreatmentOn = '2026-11-23';
		form.invoices = form.invoices.map((invoice) => ({
			...invoice,
			invoiceDate: '2026-11-23',
			treatmentTo: '2026-10-31'
		}));
		expect(parseDraftForm(form, context).issues).toEqual({
			firstTreatmentOn: 'date-in-future',
			'invoices.0.invoiceDate': 'date-in-future',
			'invoices.0.treatmentTo': 'ends-before-start'
		});
		expect(parseDraftForm(completeForm(), { ...context, today: '2026-11-03' }).issues).toEqual({});
	});

	it('asks for holder and a valid IBAN only when another account is wanted', () => {
		const form: DraftForm = { ...completeForm(), payTo: 'other' };
		expect(parseDraftForm(form, context).issues).toEqual({
			payeeHolder: 'required',
			payeeIban: 'required'
		});
		const typed = { ...form, payeeHolder: 'Ana', payeeIban: 'XX1' };
		expect(parseDraftForm(typed, context).issues).toEqual({ payeeIban: 'iban-invalid' });
		const right = { ...typed, payeeIban: 'de89 3704 0044 0532 0130 00' };
		expect(parseDraftForm(right, context).content?.payeeAccount).toEqual({
			holder: 'Ana',
			iban: 'DE89370400440532013000'
		});
	});

	it('asks for number, BIC and bank of an account without an IBAN, and sends nothing of the other kind', () => {
		const form: DraftForm = {
			...{ ...completeForm(), payTo: 'other', payeeKind: 'number', payeeHolder: 'Ana' },
			payeeIban: 'DE89370400440532013000'
		};
		const missing = { payeeAccountNumber: 'required', payeeBic: 'required' };
		expect(parseDraftForm(form, context).issues).toEqual({ ...missing, payeeBankName: 'required' });
		const typed = { ...form, payeeAccountNumber: '0001-2345', payeeBankName: 'Chase' };
		const withBic = (payeeBic: string) => parseDraftForm({ ...typed, payeeBic }, context);
		expect(withBic('chas').issues).toEqual({ payeeBic: 'bic-invalid' });
		expect(withBic('deut deff').issues).toEqual({ payeeBic: 'bic-iban-country' });
		expect(withBic('chasus33')).toMatchObject({
			issues: {},
			content: {
				payeeAccount: {
					...{ holder: 'Ana', accountNumber: '00012345' },
					...{ bic: 'CHASUS33', bankName: 'Chase' }
				}
			}
		});
		const back = { ...typed, payeeKind: 'iban', payeeBic: 'x' } as const;
		expect(parseDraftForm(back, context)).toMatchObject({
			issues: {},
			content: { payeeAccount: { holder: 'Ana', iban: 'DE89370400440532013000' } }
		});
		const contract = { ...typed, payTo: 'contract' } as const;
		expect(parseDraftForm(contract, context).content?.payeeAccount).toBeNull();
	});

	it('finds field and step of an issue the server names', () => {
		expect(fieldOfIssue('content.invoices.1.amountMinor')).toBe('invoices.1.amount');
		expect(fieldOfIssue('payeeAccount.iban')).toBe('payeeIban');
		expect(fieldOfIssue('payeeAccount')).toBe('payeeIban');
		expect(fieldOfIssue('content.payeeAccount.bic')).toBe('payeeBic');
		expect(fieldOfIssue('payeeAccount.accountNumber')).toBe('payeeAccountNumber');
		expect(fieldOfIssue('payeeAccount.bankName')).toBe('payeeBankName');
		expect(stepOfField('payeeBankName')).toBe('bank');
		expect(fieldOfIssue('files.0.sizeBytes')).toBe('files');
		expect(stepOfField('invoices.1.amount')).toBe('invoices');
		expect(stepOfField('files')).toBe('documents');
		expect(stepOfField('payeeIban')).toBe('bank');
		expect(stepOfField('isDeclaredTrue')).toBe('check');
		expect(stepOfField('country')).toBe('person');
	});
});
