import * as v from 'valibot';
import { parseAmountMinor } from '../money.ts';
import type { Issues } from '../result.ts';
import {
	circumstanceIssues,
	NO_CIRCUMSTANCES,
	onlyNeeded,
	type Circumstances,
	type ClaimFacts,
	type PlanField,
	type TreatmentKind
} from './circumstances.ts';
import { claimContentSchema, type ClaimContent } from './claim.schema.ts';
import { invoiceDateIssues } from './claim.ts';
import { accountIssues, accountOf, NO_PAYEE, type PayeeForm } from './draft-payee.ts';

/** One invoice as it is being typed: text as the customer wrote it. */
export type InvoiceForm = {
	id: string;
	/** Empty means the claim's own person. */
	insuredPersonId: string;
	issuer: string;
	number: string;
	invoiceDate: string;
	treatmentFrom: string;
	/** Empty means the same day. */
	treatmentTo: string;
	amount: string;
	currency: string;
	isPaid: '' | 'yes' | 'no';
	kind: '' | TreatmentKind;
};

/** A claim as it is being typed. Complete or not, it is what a draft keeps. */
export type DraftForm = Circumstances &
	PayeeForm & {
		contractId: string;
		insuredPersonId: string;
		cause: '' | 'illness' | 'accident';
		diagnosis: string;
		firstTreatmentOn: string;
		country: string;
		hasOtherInsurance: '' | 'yes' | 'no';
		note: string;
		invoices: InvoiceForm[];
		isDeclaredTrue: boolean;
	};

export const DRAFT_STEPS = ['person', 'invoices', 'documents', 'bank', 'check'] as const;
export type DraftStep = (typeof DRAFT_STEPS)[number];

export type DraftFormContext = {
	/** Calendar date of the operator's zone, `YYYY-MM-DD`. */
	readonly today: string;
	readonly fileCount: number;
	/** What the contract's plan asks for besides. */
	readonly asks: readonly PlanField[];
	/** A letter says what it says: what it leaves out is asked for later (decision 0076). */
	readonly isLetter?: boolean;
};

export function emptyInvoice(id: string): InvoiceForm {
	return {
		id,
		insuredPersonId: '',
		issuer: '',
		number: '',
		invoiceDate: '',
		treatmentFrom: '',
		treatmentTo: '',
		amount: '',
		currency: 'EUR',
		isPaid: '',
		kind: ''
	};
}

export function emptyDraftForm(firstInvoiceId: string): DraftForm {
	return {
		contractId: '',
		insuredPersonId: '',
		cause: '',
		diagnosis: '',
		firstTreatmentOn: '',
		country: '',
		hasOtherInsurance: '',
		note: '',
		...NO_CIRCUMSTANCES,
		invoices: [emptyInvoice(firstInvoiceId)],
		...NO_PAYEE,
		isDeclaredTrue: false
	};
}

/**
 * The claim a form stands for, or what is still missing, field to code (`invoices.0.amount` to
 * `amount-invalid`). The server decides again by the same schema.
 */
export function parseDraftForm(
	form: DraftForm,
	context: DraftFormContext
): { readonly content: ClaimContent | null; readonly issues: Issues } {
	const { isLetter = false } = context;
	const facts = { ...factsOf(form, context.asks), isLetter };
	// What was typed for another case is neither sent nor at fault: its fields are not on the page.
	const told = onlyNeeded(form, facts);
	const parsed = v.safeParse(
		claimContentSchema,
		contentOf(form, isLetter ? toldOrNone(told) : told)
	);
	const issues: Record<string, string> = {};
	for (const issue of parsed.issues ?? []) {
		const field = fieldOfIssue(v.getDotPath(issue) ?? '');
		if (isImpliedLastDay(form, field)) continue;
		issues[field] ??= codeOf(field, issue.message, textAt(form, field));
	}
	if (form.firstTreatmentOn > context.today) issues['firstTreatmentOn'] ??= 'date-in-future';
	for (const [field, code] of Object.entries(circumstanceIssues(told, facts, context.today))) {
		issues[field] ??= code;
	}
	form.invoices.forEach((invoice, index) => {
		if (!isLetter && invoice.kind === '') issues[`invoices.${index}.kind`] ??= 'required';
		const dates = { ...invoice, treatmentTo: lastDayOf(invoice) };
		for (const [field, code] of Object.entries(invoiceDateIssues(dates, index, context.today))) {
			issues[field] ??= code;
		}
	});
	if (context.fileCount === 0) issues['files'] = 'file-missing';
	Object.assign(issues, accountIssues(form));
	const isComplete = parsed.success && Object.keys(issues).length === 0;
	return { content: isComplete ? parsed.output : null, issues };
}

/** The form field that an issue of the wire format belongs to, server answers included. */
export function fieldOfIssue(path: string): string {
	return path
		.replace(/^content\./, '')
		.replace(/^circumstances\./, '')
		.replace(/^files\..*/, 'files')
		.replace(/\.amountMinor$/, '.amount')
		.replace(/^payeeAccount$/, 'payeeIban')
		.replace(/^payeeAccount\.(.)/, (_, first: string) => `payee${first.toUpperCase()}`)
		.replace(/^declaredTrue$/, 'isDeclaredTrue');
}

/** The step of the form on which a field stands. */
export function stepOfField(field: string): DraftStep {
	if (field.startsWith('invoices')) return 'invoices';
	if (field === 'files') return 'documents';
	if (field.startsWith('payee') || field === 'payTo') return 'bank';
	return field === 'isDeclaredTrue' ? 'check' : 'person';
}

/** What decides which circumstances a form asks for. */
export function factsOf(form: DraftForm, asks: readonly PlanField[]): ClaimFacts {
	return { cause: form.cause, hasOtherInsurance: form.hasOtherInsurance === 'yes', asks };
}

/** A letter that says none of it has told nothing, rather than nothing of each. */
function toldOrNone(told: Circumstances): Circumstances | null {
	return Object.values(told).some((text) => text.trim() !== '') ? told : null;
}

function contentOf(form: DraftForm, circumstances: Circumstances | null): unknown {
	return {
		contractId: form.contractId,
		insuredPersonId: form.insuredPersonId,
		cause: form.cause,
		diagnosis: form.diagnosis,
		firstTreatmentOn: form.firstTreatmentOn,
		country: form.country,
		hasOtherInsurance: flagOf(form.hasOtherInsurance),
		...(circumstances && { circumstances }),
		note: form.note,
		invoices: form.invoices.map((invoice) => ({
			id: invoice.id,
			...(isOfAnother(form, invoice) && { insuredPersonId: invoice.insuredPersonId }),
			issuer: invoice.issuer,
			number: invoice.number,
			invoiceDate: invoice.invoiceDate,
			treatmentFrom: invoice.treatmentFrom,
			treatmentTo: lastDayOf(invoice),
			amountMinor: parseAmountMinor(invoice.amount, invoice.currency) ?? undefined,
			currency: invoice.currency,
			isPaid: flagOf(invoice.isPaid),
			...(invoice.kind !== '' && { kind: invoice.kind })
		})),
		payeeAccount: form.payTo === 'contract' ? null : accountOf(form),
		declaredTrue: form.isDeclaredTrue
	};
}

// An empty last day stands for the first one, so the fault is told there alone.
function isImpliedLastDay(form: DraftForm, field: string): boolean {
	return field.endsWith('.treatmentTo') && textAt(form, field) === '';
}

function isOfAnother(form: DraftForm, { insuredPersonId }: InvoiceForm): boolean {
	return insuredPersonId !== '' && insuredPersonId !== form.insuredPersonId;
}

function lastDayOf(invoice: InvoiceForm): string {
	return invoice.treatmentTo || invoice.treatmentFrom;
}

function flagOf(answer: '' | 'yes' | 'no'): boolean | null {
	return answer === '' ? null : answer === 'yes';
}

/** What was typed in a field, to tell an empty one from a wrong one; null where that is not asked. */
function textAt(form: DraftForm, field: string): string | null {
	const [first = '', index, last = ''] = field.split('.');
	const holder = index === undefined ? form : form.invoices[Number(index)];
	const found = Object.entries(holder ?? {}).find(([name]) => name === (last || first));
	return typeof found?.[1] === 'string' ? found[1] : null;
}

// Schemas speak of a wrong value; for an empty field "please fill in" is the truer word.
function codeOf(field: string, message: string, text: string | null): string {
	if (text !== null && text.trim() === '') return 'required';
	if (message === 'required' && field.endsWith('.amount')) return 'amount-invalid';
	return /^[a-z-]+$/.test(message) ? message : 'required';
}
