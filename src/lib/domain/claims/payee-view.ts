/** What is shown of the account a payment goes to: never the whole number unless it was asked for (D8). */
import { maskIban } from '../contracts/contract.ts';
import type { Payee } from './payee-account.ts';

export type PayeeView = {
	readonly holder: string;
	readonly numberMasked: string;
	readonly last4: string;
	/** Where the account has no IBAN; the bank belongs to what is paid and checked. */
	readonly bank: { readonly bic: string; readonly name: string } | null;
};

/** The whole number, for the one answer that asked for it. */
export type ShownNumber = { readonly number: string; readonly isIban: boolean };

export function viewPayee(payee: Payee): PayeeView {
	return {
		holder: payee.holder,
		numberMasked: maskNumber(payee),
		last4: lastFourOf(payee),
		bank: 'iban' in payee ? null : { bic: payee.bic, name: payee.bankName }
	};
}

export function showNumber(payee: Payee): ShownNumber {
	return 'iban' in payee
		? { number: payee.iban, isIban: true }
		: { number: payee.accountNumber, isIban: false };
}

/** Enough to know one's own account; of a number of a few digits half of them, or it would be all. */
export function lastFourOf(payee: Payee): string {
	const { number } = showNumber(payee);
	const plain = number.toUpperCase().replace(/[^A-Z0-9]/g, '');
	return plain.slice(-Math.min(4, Math.max(1, Math.floor(plain.length / 2))));
}

/** In groups of four, as `maskIban`. */
export function maskNumber(payee: Payee): string {
	if ('iban' in payee) return maskIban(payee.iban);
	const shown = lastFourOf(payee);
	return shown.padStart(payee.accountNumber.length, '•').replace(/(.{4})(?=.)/gu, '$1 ');
}
