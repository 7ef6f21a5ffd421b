import { parseAmountMinor, type Money } from '../money.ts';
import type { InvoiceForm } from './draft-form.ts';

/** The invoices with something typed in; a form begins with an empty one. */
export function typedInvoices(invoices: readonly InvoiceForm[]): readonly InvoiceForm[] {
	return invoices.filter(({ id: _id, currency: _currency, ...typed }) =>
		Object.values(typed).some((text) => text.trim() !== '')
	);
}

/** What the invoices come to, each currency by itself; amounts that cannot be read are left out. */
export function sumsOf(invoices: readonly InvoiceForm[]): readonly Money[] {
	const sums = new Map<string, number>();
	for (const { amount, currency } of invoices) {
		const amountMinor = parseAmountMinor(amount, currency);
		if (amountMinor !== null) sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
	}
	return [...sums].map(([currency, amountMinor]) => ({ amountMinor, currency }));
}
