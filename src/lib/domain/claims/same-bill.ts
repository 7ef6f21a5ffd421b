/** What tells one bill from another: its number as it was typed, its date, its amount. */
export type Bill = {
	readonly number: string;
	readonly invoiceDate: string;
	readonly amountMinor: number;
	readonly currency: string;
};

/** A bill that has come in, and the claim it came with. */
export type HandedInBill = Bill & { readonly claimId: string; readonly claimNumber: string };

/** One without a number is compared with others without one: pharmacies give none. */
export function isSameBill(one: Bill, other: Bill): boolean {
	return (
		normal(one.number) === normal(other.number) &&
		one.invoiceDate === other.invoiceDate &&
		one.amountMinor === other.amountMinor &&
		one.currency === other.currency
	);
}

/** People type a number with and without blanks, dashes and leading zeros. */
function normal(number: string): string {
	return number
		.toUpperCase()
		.replace(/[^A-Z0-9]/g, '')
		.replace(/^0+/, '');
}
