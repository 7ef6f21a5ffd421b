import type { CalendarDate } from '../calendar.ts';
import { insuranceYearOf, isSameYear, type YearRest } from '../contracts/cover.ts';
import { convertMoney } from '../money.ts';
import { placeInCover } from './claim.ts';
import { isSameBill, type HandedInBill } from './same-bill.ts';

/** What a clerk must look at on one invoice before they decide it. Rules find, people decide (§ 37 BDSG). */
export type LineFinding =
	| { readonly kind: 'outside-cover' }
	| { readonly kind: 'partly-covered' }
	| { readonly kind: 'billed-before-treatment' }
	/** The same number, date and amount: in which claim, and whether in this one. */
	| {
			readonly kind: 'duplicate';
			readonly claimId: string;
			readonly claimNumber: string;
			readonly isSameClaim: boolean;
	  }
	/** What the insurance year has left of the maximum, in the contract's minor unit. */
	| { readonly kind: 'above-maximum'; readonly leftMinor: number }
	| { readonly kind: 'rate-needed'; readonly currency: string };

export type CheckedInvoice = {
	readonly id: string;
	/** Whose bill it is. */
	readonly insuredPersonId: string;
	readonly number: string;
	readonly invoiceDate: CalendarDate;
	readonly treatmentFrom: CalendarDate;
	readonly treatmentTo: CalendarDate;
	readonly amountMinor: number;
	readonly currency: string;
	/** Of a foreign invoice, as it is recorded for its day; null without one. */
	readonly rate: string | null;
};

/** An invoice that came in before or in the same claim. */
export type KnownInvoice = HandedInBill & { readonly id: string };

export type CheckTerms = {
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate | null;
	readonly currency: string;
	/** What the person of every invoice has left in its insurance year. */
	readonly years: readonly YearRest[];
	readonly claimNumber: string;
	/** Oldest first: a duplicate names the first. */
	readonly known: readonly KnownInvoice[];
};

/**
 * The findings of every invoice, in their order. The maximum of a year is used up line by line: what
 * the first lines take is not left for the next. Foreign amounts count once they have a rate.
 */
export function checkLines(
	invoices: readonly CheckedInvoice[],
	terms: CheckTerms
): readonly (readonly LineFinding[])[] {
	const rests = terms.years.map((year) => ({ ...year, leftMinor: year.maximumLeftMinor }));
	return invoices.map((invoice) => {
		const findings = [...checkDates(invoice, terms), ...checkDuplicate(invoice, terms)];
		const amountMinor = ownAmountOf(invoice, terms.currency);
		if (amountMinor === null) {
			return [...findings, { kind: 'rate-needed', currency: invoice.currency }];
		}
		const yearStartsOn = insuranceYearOf(terms.startsOn, invoice.treatmentFrom);
		const rest = rests.find((one) => isSameYear(one, { ...invoice, yearStartsOn }));
		const leftMinor = rest?.leftMinor ?? null;
		if (!rest || leftMinor === null) return findings;
		const isAbove = amountMinor > leftMinor;
		const above = isAbove ? [{ kind: 'above-maximum', leftMinor } as const] : [];
		rest.leftMinor = Math.max(0, leftMinor - amountMinor);
		return [...findings, ...above];
	});
}

/** In the contract's currency; null while there is no rate for it. */
function ownAmountOf(invoice: CheckedInvoice, currency: string): number | null {
	if (invoice.currency === currency) return invoice.amountMinor;
	return invoice.rate === null ? null : convertMoney(invoice, invoice.rate, currency).amountMinor;
}

function checkDates(invoice: CheckedInvoice, terms: CheckTerms): readonly LineFinding[] {
	const place = placeInCover(invoice, terms);
	return [
		...(place === 'outside' ? [{ kind: 'outside-cover' } as const] : []),
		...(place === 'partly' ? [{ kind: 'partly-covered' } as const] : []),
		...(invoice.invoiceDate < invoice.treatmentFrom
			? [{ kind: 'billed-before-treatment' } as const]
			: [])
	];
}

function checkDuplicate(invoice: CheckedInvoice, terms: CheckTerms): readonly LineFinding[] {
	const same = terms.known.find((known) => known.id !== invoice.id && isSameBill(known, invoice));
	if (!same) return [];
	const { claimId, claimNumber } = same;
	const isSameClaim = claimNumber === terms.claimNumber;
	return [{ kind: 'duplicate', claimId, claimNumber, isSameClaim }];
}
