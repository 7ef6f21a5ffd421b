import { expect, test } from 'vitest';
import { emptyDraftForm, type DraftForm } from '#lib/domain/claims/draft-form.ts';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import { newDraft } from './new-draft.ts';

const contractOf = (id: string, ...persons: readonly string[]): OfflineContract => ({
	...{ id, policyNumberMasked: '••••7735', plan: 'Care Student', startsOn: '2026-01-01' },
	...{ endsOn: null, currency: 'EUR', bankAccountMasked: 'DE•• •••• •••• •••• ••30 00', asks: [] },
	insuredPersons: persons.map((person) => ({ id: person, name: person }))
});
const FAMILY = contractOf('family', 'Ada', 'Bo');
const ALONE = contractOf('alone', 'Cy');

const SENT: DraftForm = {
	...emptyDraftForm('bill'),
	...{ contractId: 'family', insuredPersonId: 'Ada', cause: 'illness', diagnosis: 'Angina' },
	...{ country: 'NO', hasOtherInsurance: 'yes', otherInsurer: 'Other', note: 'A note' },
	...{ payTo: 'other', payeeHolder: 'Ada Muster', payeeIban: 'DE89370400440532013000' },
	isDeclaredTrue: true
};

test('for the next person contract, country and account are taken over, and nothing of the illness', () => {
	const before = { contractId: 'family', form: SENT };
	const { form, attachments, state } = newDraft([ALONE, FAMILY], before);
	const [invoice] = form.invoices;
	expect(form).toEqual({
		...emptyDraftForm(invoice?.id ?? ''),
		...{ contractId: 'family', insuredPersonId: '', country: 'NO' },
		...{ payTo: 'other', payeeHolder: 'Ada Muster', payeeIban: 'DE89370400440532013000' }
	});
	expect({ attachments, state: state.name }).toEqual({ attachments: [], state: 'editing' });
});

test('an account without an IBAN is taken over whole', () => {
	const account = {
		payTo: 'other',
		payeeKind: 'number',
		...{ payeeHolder: 'Ada Muster', payeeBankName: 'Chase' },
		...{ payeeAccountNumber: '000123456789', payeeBic: 'CHASUS33' }
	} as const;
	const before = { contractId: 'family', form: { ...emptyDraftForm('bill'), ...account } };
	expect(newDraft([ALONE, FAMILY], before).form).toMatchObject(account);
});

test('of a claim that lies on another device the contract is known', () => {
	const { form } = newDraft([ALONE, FAMILY], { contractId: 'family', form: null });
	expect(form).toMatchObject({ contractId: 'family', insuredPersonId: '', country: '' });
});

test('a contract in an address that is not ours to claim under is none', () => {
	const before = { contractId: 'somebody-elses', form: null };
	expect(newDraft([ALONE, FAMILY], before).form.contractId).toBe('');
	expect(newDraft(null, before).form.contractId).toBe('');
	expect(newDraft([ALONE], before).form).toMatchObject({
		...{ contractId: 'alone', insuredPersonId: 'Cy' }
	});
});
