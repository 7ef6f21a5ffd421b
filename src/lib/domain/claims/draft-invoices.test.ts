import { describe, expect, it } from 'vitest';
import { sumsOf, typedInvoices } from './draft-invoices.ts';
import { emptyInvoice } from './draft-form.ts';

const bill = (typed: Partial<ReturnType<typeof emptyInvoice>>) => ({
	...emptyInvoice('00000000-0000-4000-8000-000000000001'),
	...typed
});

describe('the invoices of a draft', () => {
	it('count once something is typed, not for the currency they begin with', () => {
		expect(typedInvoices([bill({}), bill({ currency: 'USD' }), bill({ issuer: '  ' })])).toEqual(
			[]
		);
		const typed = [bill({ issuer: 'Praxis' }), bill({ amount: '8' }), bill({ isPaid: 'no' })];
		expect(typedInvoices([bill({}), ...typed])).toEqual(typed);
	});

	it('are summed by currency, without what is no amount', () => {
		const bills = [
			bill({ amount: '84,50' }),
			bill({ amount: '12.5', currency: 'USD' }),
			bill({ amount: '0,50' }),
			bill({ amount: 'viel' })
		];
		expect(sumsOf(bills)).toEqual([
			{ amountMinor: 8500, currency: 'EUR' },
			{ amountMinor: 1250, currency: 'USD' }
		]);
	});
});
