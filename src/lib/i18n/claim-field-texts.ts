import { CIRCUMSTANCE_LABELS } from './circumstance-texts.ts';
import { m } from './generated/messages.js';

type Labels = Readonly<Record<string, () => string>>;

const LABELS: Labels = {
	contractId: m.drafts_contract,
	insuredPersonId: m.drafts_insured_person,
	cause: m.drafts_cause,
	diagnosis: m.drafts_diagnosis,
	firstTreatmentOn: m.drafts_first_treatment,
	country: m.drafts_country,
	hasOtherInsurance: m.drafts_other_insurance,
	note: m.drafts_note,
	...CIRCUMSTANCE_LABELS,
	kind: m.drafts_kind,
	issuer: m.drafts_issuer,
	number: m.drafts_invoice_number,
	invoiceDate: m.drafts_invoice_date,
	treatmentFrom: m.drafts_treatment_from,
	treatmentTo: m.drafts_treatment_to,
	amount: m.drafts_amount,
	currency: m.drafts_currency,
	isPaid: m.drafts_paid,
	invoices: m.drafts_step_invoices,
	files: m.drafts_step_documents,
	payTo: m.drafts_pay_to,
	payeeHolder: m.drafts_payee_holder,
	payeeKind: m.drafts_payee_kind,
	payeeIban: m.drafts_payee_iban,
	payeeAccountNumber: m.drafts_payee_number,
	payeeBic: m.drafts_payee_bic,
	payeeBankName: m.drafts_payee_bank,
	isDeclaredTrue: m.drafts_declaration_title
};

/**
 * The field's name as it stands on the page, `Bill 2, amount` for one of several bills. A page that
 * asks in other words hands its own labels in.
 */
export function fieldLabel(field: string, own: Labels = {}): string {
	const [first = '', index, last] = field.split('.');
	// A colon follows, which reads badly after a question mark.
	const label = (own[last ?? first] ?? LABELS[last ?? first] ?? (() => field))().replace(/\?$/, '');
	return last === undefined
		? label
		: `${m.drafts_invoice({ number: Number(index) + 1 })}, ${label}`;
}
