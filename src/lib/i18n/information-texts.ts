import type {
	Attribute,
	FederalState,
	InsuranceStatus,
	PersonGroup
} from '#lib/domain/messages/information.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { m } from './generated/messages.js';

const ATTRIBUTE_TEXTS = {
	federalState: m.information_attribute_federalState,
	age: m.information_attribute_age,
	personGroup: m.information_attribute_personGroup,
	language: m.information_attribute_language,
	nationality: m.information_attribute_nationality,
	insuranceStatus: m.information_attribute_insuranceStatus,
	hasVerifiedEmail: m.information_attribute_hasVerifiedEmail,
	hasMissingDocuments: m.information_attribute_hasMissingDocuments
} satisfies Record<Attribute, unknown>;

export const FEDERAL_STATE_TEXTS = {
	BW: m.information_state_BW,
	BY: m.information_state_BY,
	BE: m.information_state_BE,
	BB: m.information_state_BB,
	HB: m.information_state_HB,
	HH: m.information_state_HH,
	HE: m.information_state_HE,
	MV: m.information_state_MV,
	NI: m.information_state_NI,
	NW: m.information_state_NW,
	RP: m.information_state_RP,
	SL: m.information_state_SL,
	SN: m.information_state_SN,
	ST: m.information_state_ST,
	SH: m.information_state_SH,
	TH: m.information_state_TH
} satisfies Record<FederalState, unknown>;

export const PERSON_GROUP_TEXTS = {
	student: m.information_group_student,
	'au-pair': m.information_group_au_pair,
	employee: m.information_group_employee,
	researcher: m.information_group_researcher,
	family: m.information_group_family
} satisfies Record<PersonGroup, unknown>;

export const INSURANCE_STATUS_TEXTS = {
	active: m.information_status_active,
	coming: m.information_status_coming,
	ended: m.information_status_ended,
	none: m.information_status_none
} satisfies Record<InsuranceStatus, unknown>;

export const LANGUAGE_TEXTS = {
	de: m.information_language_de,
	en: m.information_language_en
} satisfies Record<Language, unknown>;

/** The attribute's name, in the reader's language or in one that is named. */
export function attributeText(attribute: Attribute, locale?: Language): string {
	return ATTRIBUTE_TEXTS[attribute]({}, locale ? { locale } : {});
}

/** Why somebody sees a card: the attributes it was chosen by, in words. */
export function whyText(reasons: readonly Attribute[], locale: Language): string {
	if (reasons.length === 0) return m.information_why_everybody({}, { locale });
	const list = new Intl.ListFormat(locale, { type: 'conjunction' });
	const words = reasons.map((reason) => attributeText(reason, locale));
	return m.information_why_because({ reasons: list.format(words) }, { locale });
}
