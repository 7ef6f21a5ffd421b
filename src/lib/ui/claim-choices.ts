import { m } from '#lib/i18n/generated/messages.js';
import { COUNTRY_CODES } from '#lib/domain/countries.ts';
import { listCurrencies } from '#lib/domain/money.ts';
import type { Choice } from './field.ts';
import type { Locale } from './shell.ts';

const FIRST_CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF'];

export function countryName(code: string, locale: Locale): string {
	return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code;
}

export function countryChoices(locale: Locale): readonly Choice[] {
	const names = new Intl.DisplayNames(locale, { type: 'region' });
	return COUNTRY_CODES.map((code) => ({ value: code, label: names.of(code) ?? code })).toSorted(
		(a, b) => a.label.localeCompare(b.label, locale)
	);
}

/** The usual ones first, then by code: people look for the three letters on the bill. */
export function currencyChoices(locale: Locale): readonly Choice[] {
	const names = new Intl.DisplayNames(locale, { type: 'currency' });
	const rest = listCurrencies().filter((code) => !FIRST_CURRENCIES.includes(code));
	return [...FIRST_CURRENCIES, ...rest].map((code) => {
		// New currencies have no name yet: `of` then gives the code back.
		const name = names.of(code) ?? code;
		return { value: code, label: name === code ? code : `${code} · ${name}` };
	});
}

export function yesNoChoices(): readonly Choice[] {
	return [
		{ value: 'yes', label: m.drafts_yes() },
		{ value: 'no', label: m.drafts_no() }
	];
}

export function causeChoices(): readonly Choice[] {
	return [
		{ value: 'illness', label: m.drafts_cause_illness() },
		{ value: 'accident', label: m.drafts_cause_accident() }
	];
}
