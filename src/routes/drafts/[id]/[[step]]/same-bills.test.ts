import { describe, expect, it } from 'vitest';
import type { DraftState } from '#lib/domain/claims/draft.ts';
import { emptyDraftForm, emptyInvoice, type InvoiceForm } from '#lib/domain/claims/draft-form.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { sameBillOf } from './same-bills.ts';

const bill = (change: Partial<InvoiceForm> = {}): InvoiceForm => ({
	...emptyInvoice('1'),
	...{ number: 'R-1', invoiceDate: '2026-05-10', amount: '1.184,50' },
	...change
});
const handedIn = (claimId: string) => ({
	...{ claimId, claimNumber: `S-${claimId}`, number: 'r 1', invoiceDate: '2026-05-10' },
	...{ amountMinor: 118_450, currency: 'EUR' }
});
const draft = (id: string, ...invoices: InvoiceForm[]) => ({
	...{ id, form: { ...emptyDraftForm('1'), invoices } },
	state: { name: 'editing' } as DraftState
});
const own = draft('own', bill());

describe('a bill that was typed before', () => {
	it('leads to the first claim it came with', () => {
		expect(sameBillOf(0, own, [handedIn('a'), handedIn('b')], [own])).toEqual({
			text: m.drafts_same_bill_claim({ number: 'S-a' }),
			link: { text: m.drafts_same_bill_open_claim({ number: 'S-a' }), href: '/claims/a' }
		});
	});

	it.each([
		['number', { number: 'R-2' }],
		['date', { invoiceDate: '2026-05-11' }],
		['amount', { amount: '1.184,51' }],
		['currency', { currency: 'USD' }],
		['amount yet', { amount: '' }],
		['date yet', { invoiceDate: '' }]
	])('is another one with another %s', (_, change) => {
		expect(sameBillOf(0, draft('own', bill(change)), [handedIn('a')], [own])).toBeNull();
	});

	it('is pointed out once in one claim, at the second', () => {
		const twice = draft('own', bill(), bill({ id: '2' }));
		expect(sameBillOf(0, twice, [], [twice])).toBeNull();
		expect(sameBillOf(1, twice, [], [twice])).toEqual({
			text: m.drafts_same_bill_above({ number: 1 }),
			link: null
		});
	});

	it('leads to the other draft, and to its claim once it has arrived', () => {
		const other = draft('other', bill({ number: 'R-0' }), bill());
		expect(sameBillOf(0, own, [], [own])).toBeNull();
		expect(sameBillOf(0, own, [], [own, other])?.link?.href).toBe('/drafts/other');
		const receipt = { claimId: 'c', claimNumber: 'S-c' };
		const state = { name: 'accepted', receipt } as DraftState;
		expect(sameBillOf(0, own, [], [own, { ...other, state }])?.link?.href).toBe('/claims/c');
	});
});
