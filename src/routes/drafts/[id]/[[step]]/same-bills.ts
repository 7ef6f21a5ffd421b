import type { DraftState } from '#lib/domain/claims/draft.ts';
import type { InvoiceForm } from '#lib/domain/claims/draft-form.ts';
import { isSameBill, type Bill, type HandedInBill } from '#lib/domain/claims/same-bill.ts';
import { parseAmountMinor } from '#lib/domain/money.ts';
import { m } from '#lib/i18n/generated/messages.js';

/** Where a bill with the same number, date and amount is, and the way to it where it is not in the same form. */
export type SameBill = {
	readonly text: string;
	readonly link: { readonly text: string; readonly href: string } | null;
};

type TypedDraft = {
	readonly id: string;
	readonly form: { readonly invoices: readonly InvoiceForm[] };
};

/**
 * What one typed bill repeats, the first of its kind: a bill that has come in, one above it, or one of
 * another claim on this device. A hint and no refusal: two equal bills may both be right.
 */
export function sameBillOf(
	index: number,
	draft: TypedDraft,
	handedIn: readonly HandedInBill[],
	drafts: readonly (TypedDraft & { readonly state: DraftState })[]
): SameBill | null {
	const bill = billOf(draft.form.invoices[index]);
	if (!bill) return null;
	const isSame = (invoice: InvoiceForm) => {
		const other = billOf(invoice);
		return other !== null && isSameBill(other, bill);
	};
	const known = handedIn.find((other) => isSameBill(other, bill));
	if (known) return inClaim(known);
	const above = draft.form.invoices.slice(0, index).findIndex(isSame);
	if (above >= 0) return { text: m.drafts_same_bill_above({ number: above + 1 }), link: null };
	const other = drafts.find(({ id, form }) => id !== draft.id && form.invoices.some(isSame));
	if (!other) return null;
	// Its bills are not among those of the last visit yet.
	if (other.state.name === 'accepted') return inClaim(other.state.receipt);
	return {
		text: m.drafts_same_bill_draft(),
		link: { text: m.drafts_same_bill_open_draft(), href: `/drafts/${other.id}` }
	};
}

function inClaim({
	claimId,
	claimNumber
}: Pick<HandedInBill, 'claimId' | 'claimNumber'>): SameBill {
	return {
		text: m.drafts_same_bill_claim({ number: claimNumber }),
		link: {
			text: m.drafts_same_bill_open_claim({ number: claimNumber }),
			href: `/claims/${claimId}`
		}
	};
}

/** Null while its date or amount is missing. */
function billOf(invoice: InvoiceForm | undefined): Bill | null {
	if (!invoice?.invoiceDate) return null;
	const amountMinor = parseAmountMinor(invoice.amount, invoice.currency);
	return amountMinor === null ? null : { ...invoice, amountMinor };
}
