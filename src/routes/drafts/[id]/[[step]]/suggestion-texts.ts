import type { DraftForm } from '#lib/domain/claims/draft-form.ts';
import type { Suggestion } from '#lib/domain/claims/suggestions.ts';
import { formatAmountPlain } from '#lib/domain/money.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { formatDate, formatIban, formatMoney } from '#lib/ui/format.ts';
import type { Locale } from '#lib/ui/shell.ts';

const LABELS: Readonly<Record<Suggestion['field'], () => string>> = {
	issuer: m.drafts_issuer,
	number: m.drafts_invoice_number,
	invoiceDate: m.drafts_invoice_date,
	amount: m.drafts_amount,
	payeeIban: m.capture_read_iban
};
const SOURCES: Readonly<Record<Suggestion['source'], () => string>> = {
	'payment-code': m.capture_read_from_payment_code,
	barcode: m.capture_read_from_barcode,
	text: m.capture_read_from_text
};

export function suggestionLabel({ field }: Suggestion): string {
	return LABELS[field]();
}

export function sourceText({ source }: Suggestion): string {
	return SOURCES[source]();
}

export function suggestionText(suggestion: Suggestion, locale: Locale): string {
	switch (suggestion.field) {
		case 'amount':
			return formatMoney(suggestion.amount, locale);
		case 'invoiceDate':
			return formatDate(suggestion.date, locale);
		case 'payeeIban':
			return formatIban(suggestion.iban);
		case 'issuer':
		case 'number':
			return suggestion.text;
	}
}

/** Writes one suggestion into the form, on the customer's word. */
export function takeOver(
	form: DraftForm,
	position: number,
	suggestion: Suggestion,
	locale: Locale
): void {
	if (suggestion.field === 'payeeIban') {
		form.payTo = 'other';
		form.payeeKind = 'iban';
		form.payeeIban = suggestion.iban;
		if (suggestion.holder) form.payeeHolder = suggestion.holder;
		return;
	}
	const invoice = form.invoices[position];
	if (!invoice) return;
	if (suggestion.field === 'amount') {
		invoice.amount = formatAmountPlain(suggestion.amount, locale);
		invoice.currency = suggestion.amount.currency;
	} else if (suggestion.field === 'invoiceDate') invoice.invoiceDate = suggestion.date;
	else invoice[suggestion.field] = suggestion.text;
}
