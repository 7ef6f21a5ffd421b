import { neededFields } from '#lib/domain/claims/circumstances.ts';
import { asksOf } from '#lib/domain/claims/submission.ts';
import { CIRCUMSTANCE_LABELS, KIND_TEXTS, toldText } from '#lib/i18n/circumstance-texts.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { parseAmountMinor } from '#lib/domain/money.ts';
import { sumsOf, typedInvoices } from '#lib/domain/claims/draft-invoices.ts';
import {
	factsOf,
	type DraftForm,
	type DraftStep,
	type InvoiceForm
} from '#lib/domain/claims/draft-form.ts';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import type { DataItem } from '#lib/ui/data-list.ts';
import { fieldId } from '#lib/ui/field.ts';
import { personsOf } from './insured-choices.ts';
import { formatDate, formatIban, formatMoney } from '#lib/ui/format.ts';
import type { Locale } from '#lib/ui/shell.ts';
import { countryName } from '#lib/ui/claim-choices.ts';

export type SummaryGroup = { readonly step: DraftStep; readonly items: readonly DataItem[] };
/** A draft in its editor, or as it lies on the device. */
export type SummedDraft = {
	readonly id: string;
	readonly form: DraftForm;
	readonly attachments: readonly { readonly name: string }[];
};
type Contracts = readonly OfflineContract[] | null;

/** What was entered, step by step, as it will be sent, each with the way to change it. */
export function summaryGroups(
	editor: SummedDraft,
	contracts: Contracts,
	locale: Locale
): readonly SummaryGroup[] {
	const groups: readonly SummaryGroup[] = [
		{ step: 'person', items: personItems(editor, contracts, locale) },
		{ step: 'invoices', items: invoiceItems(editor, contracts, locale) },
		{ step: 'documents', items: [documentsItem(editor)] },
		{ step: 'bank', items: bankItems(editor, contracts) }
	];
	return groups;
}

function personItems(editor: SummedDraft, contracts: Contracts, locale: Locale): DataItem[] {
	const { form } = editor;
	const contract = contracts?.find(({ id }) => id === form.contractId);
	const person = contract?.insuredPersons.find(({ id }) => id === form.insuredPersonId);
	const causes = { '': '', illness: m.drafts_cause_illness(), accident: m.drafts_cause_accident() };
	const item = itemsOf(editor, 'person');
	const needs = neededFields(form, factsOf(form, asksOf(contracts, form.contractId)));
	const told = [...needs].filter(([field, how]) => how === 'required' || form[field] !== '');
	return [
		item(
			'contractId',
			m.drafts_contract(),
			contract &&
				m.drafts_contract_option({ plan: contract.plan, number: contract.policyNumberMasked })
		),
		item('insuredPersonId', m.drafts_insured_person(), person?.name),
		item('cause', m.drafts_cause(), causes[form.cause]),
		item('diagnosis', m.drafts_diagnosis(), form.diagnosis),
		item('firstTreatmentOn', m.drafts_first_treatment(), dateText(form.firstTreatmentOn, locale)),
		item('country', m.drafts_country(), form.country && countryName(form.country, locale)),
		item('hasOtherInsurance', m.drafts_other_insurance(), answerText(form.hasOtherInsurance)),
		...told.map(([field]) =>
			item(field, CIRCUMSTANCE_LABELS[field](), toldText(field, form[field], locale))
		),
		...(form.note.trim() ? [item('note', m.drafts_note(), form.note)] : [])
	];
}

function invoiceItems(editor: SummedDraft, contracts: Contracts, locale: Locale): DataItem[] {
	const { invoices, contractId, insuredPersonId } = editor.form;
	const people = personsOf(contracts, contractId);
	const hasSeveral = invoices.some(
		(one) => (one.insuredPersonId || insuredPersonId) !== insuredPersonId
	);
	const nameOf = (invoice: InvoiceForm) =>
		people.find(({ value }) => value === (invoice.insuredPersonId || insuredPersonId))?.label;
	const item = itemsOf(editor, 'invoices');
	const lines = invoices.map((invoice, index) =>
		item(
			`invoices.${index}.issuer`,
			m.drafts_invoice({ number: index + 1 }),
			invoiceText(invoice, hasSeveral ? nameOf(invoice) : undefined, locale)
		)
	);
	return invoices.length > 1 ? [...lines, ...totals(invoices, locale)] : lines;
}

function invoiceText(invoice: InvoiceForm, person: string | undefined, locale: Locale): string {
	if (typedInvoices([invoice]).length === 0) return '';
	const days = [invoice.treatmentFrom, invoice.treatmentTo].filter(Boolean);
	return [
		person && m.drafts_invoice_for({ name: person }),
		invoice.issuer,
		invoice.kind && KIND_TEXTS[invoice.kind](),
		[invoice.number, dateText(invoice.invoiceDate, locale)].filter(Boolean).join(', '),
		days.length > 0
			? `${m.drafts_treatment_from()}: ${days.map((day) => dateText(day, locale)).join(' – ')}`
			: '',
		amountText(invoice, locale),
		`${m.drafts_paid()} ${answerText(invoice.isPaid) || m.drafts_not_filled_in()}`
	]
		.filter(Boolean)
		.join('\n');
}

function totals(invoices: readonly InvoiceForm[], locale: Locale): DataItem[] {
	return sumsOf(invoices).map((sum) => ({
		label: m.drafts_total({ currency: sum.currency }),
		value: formatMoney(sum, locale),
		isAmount: true
	}));
}

function documentsItem(editor: SummedDraft): DataItem {
	const names = editor.attachments.map(({ name }) => name).join('\n');
	return itemsOf(editor, 'documents')('files', m.drafts_files_list(), names);
}

function bankItems(editor: SummedDraft, contracts: Contracts): DataItem[] {
	const { form } = editor;
	const item = itemsOf(editor, 'bank');
	if (form.payTo === 'contract') {
		const contract = contracts?.find(({ id }) => id === form.contractId);
		const value = [m.drafts_pay_to_contract(), contract?.bankAccountMasked].filter(Boolean);
		return [item('payTo', m.drafts_pay_to(), value.join('\n'))];
	}
	return [
		item('payTo', m.drafts_pay_to(), m.drafts_pay_to_other()),
		item('payeeHolder', m.drafts_payee_holder(), form.payeeHolder.trim()),
		...(form.payeeKind === 'iban'
			? [item('payeeIban', m.drafts_payee_iban(), formatIban(form.payeeIban))]
			: [
					item('payeeAccountNumber', m.drafts_payee_number(), form.payeeAccountNumber.trim()),
					item('payeeBankName', m.drafts_payee_bank(), form.payeeBankName.trim()),
					item('payeeBic', m.drafts_payee_bic(), form.payeeBic.trim().toUpperCase())
				])
	];
}

function itemsOf(editor: SummedDraft, step: DraftStep) {
	return (field: string, label: string, value: string | undefined): DataItem => ({
		label,
		value: value || m.drafts_not_filled_in(),
		changeHref: `/drafts/${editor.id}/${step}#${fieldId(field)}`
	});
}

function amountText({ amount, currency }: InvoiceForm, locale: Locale): string {
	const amountMinor = parseAmountMinor(amount, currency);
	return amountMinor === null ? amount : formatMoney({ amountMinor, currency }, locale);
}

function dateText(date: string, locale: Locale): string {
	return date && formatDate(date, locale);
}

function answerText(answer: '' | 'yes' | 'no'): string {
	if (answer === '') return '';
	return answer === 'yes' ? m.drafts_yes() : m.drafts_no();
}
