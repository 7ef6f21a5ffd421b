/**
 * The account a customer is paid to: an IBAN, or number and bank where a country has none (domain.md 2;
 * decision 0056). Shared by device and server, so that what was typed with no network is not refused later.
 */
import * as v from 'valibot';
import { COUNTRY_CODES } from '../countries.ts';

export type IbanAccount = { readonly holder: string; readonly iban: string };
export type NumberedAccount = {
	readonly holder: string;
	/** Capitals and digits, 1 to 34. */
	readonly accountNumber: string;
	readonly bic: string;
	readonly bankName: string;
};
export type Payee = IbanAccount | NumberedAccount;

/** Countries of the IBAN registry. A unit test holds them against `ibantools`. */
const IBAN_COUNTRIES: ReadonlySet<string> = new Set(
	(
		'AD AE AL AT AX AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE EG ES FI FO FR GB GE GF GI GL GP GR GT HR HU ' +
		'IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MF MK MN MQ MR MT MU NC NI NL NO OM PF PK PL PM PS ' +
		'PT QA RE RO RS RU SA SC SD SE SI SK SM SO ST SV TF TL TN TR UA VA VG WF XK YE YT'
	).split(' ')
);

/** What a payment order carries of a name (SWIFT and SEPA alike); no line break, which would begin a row. */
const name = v.pipe(
	v.string('required'),
	v.trim(),
	v.minLength(1, 'required'),
	v.maxLength(70, 'too-long'),
	v.regex(/^[^\p{Cc}]*$/u, 'invalid')
);

/**
 * The form alone: countries join the IBAN registry, and what was sent before must stay readable. Who takes
 * an account asks `bicIssue` as well.
 */
export const numberedAccountSchema = v.strictObject({
	holder: name,
	accountNumber: v.pipe(
		v.string('required'),
		v.transform((text) => text.replace(/[\s\p{Pd}]/gu, '').toUpperCase()),
		v.minLength(1, 'required'),
		v.regex(/^[A-Z0-9]{1,34}$/, 'account-number-invalid')
	),
	bankName: name,
	/** ISO 9362: bank, country, place, and the branch or not. */
	bic: v.pipe(
		v.string('required'),
		v.transform(normaliseBic),
		v.minLength(1, 'required'),
		v.regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'bic-invalid')
	)
});

export function normaliseBic(text: string): string {
	return text.replace(/\s/g, '').toUpperCase();
}

/**
 * Why nobody is paid by number at this bank; null where that is the way. Where every account has an IBAN
 * its check digits find a slip of the finger, and a bank's number alone would do without them.
 */
export function bicIssue(bic: string): 'bic-invalid' | 'bic-iban-country' | null {
	const country = bic.slice(4, 6);
	if (!COUNTRY_CODES.includes(country)) return 'bic-invalid';
	return IBAN_COUNTRIES.has(country) ? 'bic-iban-country' : null;
}

/** Null for an account that has none, which therefore never is the contract's. */
export function ibanOf(payee: Payee): string | null {
	return 'iban' in payee ? payee.iban : null;
}
