import type { Money } from '../money.ts';

/** What was billed, one sum for each currency in the order they first appear. */
export function billedTotals(
	invoices: readonly { readonly amountMinor: number; readonly currency: string }[]
): readonly Money[] {
	const sums = new Map<string, number>();
	for (const { amountMinor, currency } of invoices) {
		sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
	}
	return Array.from(sums, ([currency, amountMinor]) => ({ amountMinor, currency }));
}
