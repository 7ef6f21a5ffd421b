import { m } from '#lib/i18n/generated/messages.js';
import { COUNTRY_CODES } from '#lib/domain/countries.ts';
import type { CircumstanceField } from '#lib/domain/claims/circumstances.ts';
import { listCurrencies } from '#lib/domain/money.ts';
import { KIND_TEXTS, OCCASION_TEXTS } from '#lib/i18n/circumstance-texts.ts';
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

export function kindChoices(): readonly Choice[] {
	return Object.entries(KIND_TEXTS).map(([value, text]) => ({ value, label: text() }));
}

const ANSWERS: readonly CircumstanceField[] = [
	...(['treatedBefore', 'thirdParty', 'otherInsurerReported', 'otherInsurerPaid'] as const)
];

/** What to choose from in a field of the circumstances; null where one types. */
export function circumstanceChoices(field: CircumstanceField): readonly Choice[] | null {
	if (ANSWERS.includes(field)) return yesNoChoices();
	if (field !== 'accidentOccasion') return null;
	return Object.entries(OCCASION_TEXTS).map(([value, text]) => ({ value, label: text() }));
}
