import { formatDate } from '#lib/i18n/format.ts';
import { m } from '#lib/i18n/generated/messages.js';
import type { Choice } from '#lib/ui/field.ts';
import type { Locale } from '#lib/ui/shell.ts';
import type { PageData } from './[id]/$types.js';
import type { ActionData } from './$types.js';

type Contract = PageData['contract'];

export function coverText({ startsOn, endsOn }: Contract, locale: Locale): string {
	const from = formatDate(startsOn, locale);
	return endsOn ? m.post_cover_span({ from, to: formatDate(endsOn, locale) }) : from;
}

type Found = Extract<NonNullable<ActionData>, { found: unknown }>['found']['contracts'][number];

/** With the year of birth alone: the day stands in the letter. */
export function foundText({ name, birthYear }: Found['insured'][number]): string {
	return birthYear ? m.post_found_insured({ name, year: birthYear }) : name;
}

/** With the day of birth, which tells people of one name apart. */
export function insuredText(
	{ name, dateOfBirth }: Contract['insured'][number],
	locale: Locale
): string {
	return dateOfBirth ? m.post_insured_value({ name, date: formatDate(dateOfBirth, locale) }) : name;
}

/** Who a letter can be from, as choices. */
export const sendersOf = ({ senders }: Pick<Contract, 'senders'>) =>
	senders.map(({ id, name }) => ({ value: id, label: name }));

/** Whose account it is; the page shows those of senders alone. */
export const senderName = ({ senders }: Pick<Contract, 'senders'>, accountId: string): string =>
	senders.find(({ id }) => id === accountId)?.name ?? '';

/** A letter says what it says: nothing is chosen until it is found there. */
export const orNotTold = (choices: readonly Choice[]): readonly Choice[] => [
	{ value: '', label: m.post_not_told() },
	...choices
];
