import type { CalendarDate } from '../calendar.ts';
import type { Money } from '../money.ts';
import { findInvoiceFacts, findInvoiceNumber } from './invoice-text.ts';
import { parsePaymentCode } from './payment-code.ts';

/** Where a suggestion was read: its reader weighs a code otherwise than blurred print. */
export type SuggestionSource = 'payment-code' | 'barcode' | 'text';

export type Suggestion = { readonly source: SuggestionSource } & (
	| { readonly field: 'issuer' | 'number'; readonly text: string }
	| { readonly field: 'invoiceDate'; readonly date: CalendarDate }
	| { readonly field: 'amount'; readonly amount: Money }
	/** The account of whoever wrote the bill, with its holder where the code names one. */
	| { readonly field: 'payeeIban'; readonly iban: string; readonly holder: string | null }
);

/** A bar code that could be the number of a bill: short, and with a digit. */
const BILL_NUMBER = /^(?=.*\d)[A-Z0-9][A-Z0-9/._-]{3,29}$/i;
/** Article and parcel codes: digits alone, of a length that shops use. */
const GOODS = /^(?:\d{8}|\d{12,14}|\d{18,20})$/;

/**
 * What codes and text of one photo suggest for the form, codes first: nobody misreads them. The same
 * value is said once, by its best source; two different ones are both shown.
 */
export function findSuggestions(
	codes: readonly string[],
	text: string | null
): readonly Suggestion[] {
	const all = [...codes.flatMap(ofCode), ...(text === null ? [] : ofText(text))];
	const seen = new Set<string>();
	return all.filter((one) => {
		const key = `${one.field} ${valueOf(one)}`;
		if (seen.has(key)) return false;
		seen.add(key);
		return true;
	});
}

function ofCode(code: string): readonly Suggestion[] {
	const payment = parsePaymentCode(code);
	if (!payment) {
		const text = code.trim();
		const isNumber = BILL_NUMBER.test(text) && !GOODS.test(text);
		return isNumber ? [{ source: 'barcode', field: 'number', text }] : [];
	}
	const source = 'payment-code';
	const { payee, iban, amount, reference } = payment;
	const number = findInvoiceNumber(reference);
	return [
		{ source, field: 'issuer', text: payee },
		...(number ? [{ source, field: 'number', text: number } as const] : []),
		...(amount ? [{ source, field: 'amount', amount } as const] : []),
		{ source, field: 'payeeIban', iban, holder: payee }
	];
}

function ofText(text: string): readonly Suggestion[] {
	const source = 'text';
	const { number, invoiceDate, amount, iban } = findInvoiceFacts(text);
	return [
		...(number ? [{ source, field: 'number', text: number } as const] : []),
		...(invoiceDate ? [{ source, field: 'invoiceDate', date: invoiceDate } as const] : []),
		...(amount ? [{ source, field: 'amount', amount } as const] : []),
		...(iban ? [{ source, field: 'payeeIban', iban, holder: null } as const] : [])
	];
}

function valueOf(one: Suggestion): string {
	if (one.field === 'amount') return `${one.amount.amountMinor} ${one.amount.currency}`;
	if (one.field === 'invoiceDate') return one.date;
	return one.field === 'payeeIban' ? one.iban : one.text;
}
