import { describe, expect, it } from 'vitest';
import { emptyDraftForm, emptyInvoice, type DraftForm } from '#lib/domain/claims/draft-form.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { summaryGroups } from './check-summary.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const bill = { ...emptyInvoice(ID), issuer: 'Dom-Apotheke', amount: '23,90' };

function valuesOf(change: Partial<DraftForm>): Map<string, string> {
	const form = { ...emptyDraftForm(ID), ...change };
	const groups = summaryGroups({ id: ID, form, attachments: [] }, null, 'de');
	return new Map(groups.flatMap(({ items }) => items.map(({ label, value }) => [label, value])));
}

describe('before a claim is sent', () => {
	it.each([
		['yes', m.drafts_yes()],
		['no', m.drafts_no()],
		['', m.drafts_not_filled_in()]
	] as const)('each bill says whether it is paid: %s', (isPaid, answer) => {
		const text = valuesOf({ invoices: [{ ...bill, isPaid }] }).get(m.drafts_invoice({ number: 1 }));
		expect(text).toContain(`${m.drafts_paid()} ${answer}`);
	});

	it('a bill with nothing in it is one gap', () => {
		const text = valuesOf({ invoices: [emptyInvoice(ID)] }).get(m.drafts_invoice({ number: 1 }));
		expect(text).toBe(m.drafts_not_filled_in());
	});

	it.each([
		['yes', m.drafts_yes()],
		['no', m.drafts_no()],
		['', m.drafts_not_filled_in()]
	] as const)('the other insurance is there, whatever the answer: %s', (answer, text) => {
		expect(valuesOf({ hasOtherInsurance: answer }).get(m.drafts_other_insurance())).toBe(text);
	});

	it('another account is named with its owner, who is missed when nobody is', () => {
		const other = { payTo: 'other', payeeIban: 'DE89370400440532013000' } as const;
		const named = valuesOf({ ...other, payeeHolder: 'Ada Berg' });
		expect(named.get(m.drafts_pay_to())).toBe(m.drafts_pay_to_other());
		expect(named.get(m.drafts_payee_holder())).toBe('Ada Berg');
		expect(named.get(m.drafts_payee_iban())).toBe('DE89 3704 0044 0532 0130 00');
		const unnamed = valuesOf({ ...other, payeeHolder: ' ' });
		expect(unnamed.get(m.drafts_payee_holder())).toBe(m.drafts_not_filled_in());
		expect(valuesOf({}).has(m.drafts_payee_holder())).toBe(false);
	});

	it('an account without an IBAN is told by number and bank, and nothing of an IBAN', () => {
		const values = valuesOf({
			...{ payTo: 'other', payeeKind: 'number', payeeIban: 'DE89370400440532013000' },
			...{ payeeAccountNumber: '0001-2345', payeeBic: 'chasus33' }
		});
		expect(values.get(m.drafts_payee_number())).toBe('0001-2345');
		expect(values.get(m.drafts_payee_bic())).toBe('CHASUS33');
		expect(values.get(m.drafts_payee_bank())).toBe(m.drafts_not_filled_in());
		expect(values.has(m.drafts_payee_iban())).toBe(false);
	});
});
