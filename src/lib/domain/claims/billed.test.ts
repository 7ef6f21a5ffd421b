import { expect, test } from 'vitest';
import { billedTotals } from './billed.ts';

test('sums are kept apart by currency, in the order of their first invoice', () => {
	const invoices = [
		{ amountMinor: 2390, currency: 'CHF' },
		{ amountMinor: 100, currency: 'EUR' },
		{ amountMinor: 10, currency: 'CHF' }
	];
	expect(billedTotals(invoices)).toEqual([
		{ amountMinor: 2400, currency: 'CHF' },
		{ amountMinor: 100, currency: 'EUR' }
	]);
});
