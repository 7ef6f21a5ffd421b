/** Where the money of a claim goes, as it is being typed. */
import { isPlausibleIban } from '../iban.ts';
import type { Issues } from '../result.ts';
import { bicIssue, normaliseBic } from './payee-account.ts';

export type PayeeForm = {
	payTo: 'contract' | 'other';
	/** `number`: the account is in a country that has no IBANs. */
	payeeKind: 'iban' | 'number';
	payeeHolder: string;
	payeeIban: string;
	payeeAccountNumber: string;
	payeeBic: string;
	payeeBankName: string;
};

/** No other account than the contract's. */
export const NO_PAYEE = {
	payTo: 'contract',
	payeeKind: 'iban',
	...{ payeeHolder: '', payeeIban: '', payeeAccountNumber: '', payeeBic: '', payeeBankName: '' }
} as const;

/** What was typed for an account of the other kind stays behind, as with circumstances. */
export function accountOf(form: PayeeForm): unknown {
	const { payeeKind, payeeHolder: holder, payeeIban, payeeBic: bic, payeeBankName } = form;
	if (payeeKind === 'iban') return { holder, iban: payeeIban.replace(/\s/g, '').toUpperCase() };
	return { holder, accountNumber: form.payeeAccountNumber, bic, bankName: payeeBankName };
}

/** What the schema, which reads what is stored as well, does not ask. */
export function accountIssues({ payTo, payeeKind, payeeIban, payeeBic }: PayeeForm): Issues {
	if (payTo === 'contract') return {};
	if (payeeKind === 'iban') {
		const isWrong = payeeIban.trim() !== '' && !isPlausibleIban(payeeIban);
		return isWrong ? { payeeIban: 'iban-invalid' } : {};
	}
	const issue = payeeBic.trim() === '' ? null : bicIssue(normaliseBic(payeeBic));
	return issue ? { payeeBic: issue } : {};
}
