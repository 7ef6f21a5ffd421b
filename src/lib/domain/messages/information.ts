import type { CalendarDate } from '../calendar.ts';
import type { Language } from './mail.ts';

/** The federal states by the second half of their ISO 3166-2 code. */
export const FEDERAL_STATES = [
	'BW',
	'BY',
	'BE',
	'BB',
	'HB',
	'HH',
	'HE',
	'MV',
	'NI',
	'NW',
	'RP',
	'SL',
	'SN',
	'ST',
	'SH',
	'TH'
] as const;
export type FederalState = (typeof FEDERAL_STATES)[number];

export const PERSON_GROUPS = ['student', 'au-pair', 'employee', 'researcher', 'family'] as const;
export type PersonGroup = (typeof PERSON_GROUPS)[number];

/** Of all contracts of an account the best. */
export const INSURANCE_STATUSES = ['active', 'coming', 'ended', 'none'] as const;
export type InsuranceStatus = (typeof INSURANCE_STATUSES)[number];

/**
 * The closed list of the privacy policy (features.md A28): what information may be chosen by. Health
 * and claims are not on it, and nothing else can be named by a rule, because a rule's names are these.
 */
export type Attributes = {
	readonly federalState: FederalState | null;
	/** Whole years reached in this calendar year; null where nobody has said when they were born. */
	readonly age: number | null;
	readonly personGroup: PersonGroup | null;
	readonly language: Language;
	/** ISO 3166-1 alpha-2. */
	readonly nationality: string | null;
	readonly insuranceStatus: InsuranceStatus;
	readonly hasVerifiedEmail: boolean;
	readonly hasMissingDocuments: boolean;
};
export const ATTRIBUTES = [
	'federalState',
	'age',
	'personGroup',
	'language',
	'nationality',
	'insuranceStatus',
	'hasVerifiedEmail',
	'hasMissingDocuments'
] as const satisfies readonly (keyof Attributes)[];
export type Attribute = keyof Attributes;

/** What one attribute must be: one of these, inside these bounds, or exactly so. */
type Condition<Value> = [Value] extends [boolean]
	? boolean
	: [Value] extends [number]
		? { readonly from: number; readonly to: number }
		: readonly Value[];

/** All of what is named must hold. A rule that names nothing is for everybody. */
export type Rule = { readonly [Name in Attribute]?: Condition<NonNullable<Attributes[Name]>> };

export const CARD_KINDS = ['service', 'marketing'] as const;
export type CardKind = (typeof CARD_KINDS)[number];

/** A piece of information as it is written and shown. */
export type Card = {
	readonly id: string;
	readonly kind: CardKind;
	readonly rule: Rule;
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate;
};

/** Title and text in every language the portal speaks. */
export type CardWords = Readonly<
	Record<Language, { readonly title: string; readonly text: string }>
>;

/** A card with its words. */
export type WrittenCard = Card & { readonly words: CardWords };

/** Somebody a card may reach. */
export type Reached = { readonly attributes: Attributes; readonly hasConsent: boolean };

/** A card as a customer sees it; both languages, the page takes its own. */
export type ShownCard = {
	readonly id: string;
	readonly kind: CardKind;
	readonly words: CardWords;
	/** By which of the listed attributes it was chosen; none: it is for everybody. */
	readonly reasons: readonly Attribute[];
};

/** Cards on the start page at most: what is too much is read by nobody. */
export const CARDS_SHOWN = 3;

/** Fewer people than this are not counted out: a rule must not be a way to ask about one person. */
export const SMALLEST_COUNT = 5;

function isOneOf<Value>(wanted: readonly Value[] | undefined, is: Value | null): boolean {
	return wanted === undefined || (is !== null && wanted.includes(is));
}

/** Whether a rule is met. What nobody knows meets no condition. */
export function applies(rule: Rule, attributes: Attributes): boolean {
	const { age } = attributes;
	return (
		isOneOf(rule.federalState, attributes.federalState) &&
		isOneOf(rule.personGroup, attributes.personGroup) &&
		isOneOf(rule.language, attributes.language) &&
		isOneOf(rule.nationality, attributes.nationality) &&
		isOneOf(rule.insuranceStatus, attributes.insuranceStatus) &&
		(rule.age === undefined || (age !== null && age >= rule.age.from && age <= rule.age.to)) &&
		(rule.hasVerifiedEmail ?? attributes.hasVerifiedEmail) === attributes.hasVerifiedEmail &&
		(rule.hasMissingDocuments ?? attributes.hasMissingDocuments) === attributes.hasMissingDocuments
	);
}

/** By which attributes a card was chosen, for the sentence that says why it is shown. */
export function reasonsOf(rule: Rule): readonly Attribute[] {
	return ATTRIBUTES.filter((name) => rule[name] !== undefined);
}

/**
 * The cards somebody sees on a day, in the order given: theirs by the rule, running on that day, and
 * advertising only with consent (§ 7 UWG, Art. 6(1)(a) GDPR).
 */
export function cardsFor<Shown extends Card>(
	cards: readonly Shown[],
	attributes: Attributes,
	{ today, hasConsent }: { readonly today: CalendarDate; readonly hasConsent: boolean }
): readonly Shown[] {
	return cards
		.filter(
			({ kind, rule, startsOn, endsOn }) =>
				(kind === 'service' || hasConsent) &&
				startsOn <= today &&
				today <= endsOn &&
				applies(rule, attributes)
		)
		.slice(0, CARDS_SHOWN);
}

/** What one reader's start page shows of the cards; nothing for an account that is not there. */
export function showCards(
	cards: readonly WrittenCard[],
	reader: Reached | null,
	today: CalendarDate
): readonly ShownCard[] {
	if (!reader) return [];
	const { attributes, hasConsent } = reader;
	return cardsFor(cards, attributes, { today, hasConsent }).map(({ id, kind, words, rule }) => ({
		...{ id, kind, words },
		reasons: reasonsOf(rule)
	}));
}

/** How many people a card reaches; `null` for fewer than five, but some. */
export function reachOf(
	card: Pick<Card, 'kind' | 'rule'>,
	people: readonly Reached[]
): number | null {
	const { length } = people.filter(
		({ attributes, hasConsent }) =>
			(card.kind === 'service' || hasConsent) && applies(card.rule, attributes)
	);
	return length > 0 && length < SMALLEST_COUNT ? null : length;
}

/** Years reached in the year of a day. */
export function ageIn(today: CalendarDate, birthYear: number | null): number | null {
	return birthYear === null ? null : Number(today.slice(0, 4)) - birthYear;
}
