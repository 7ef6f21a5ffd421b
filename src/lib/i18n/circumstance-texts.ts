import {
	CIRCUMSTANCE_FIELDS,
	type AccidentOccasion,
	type CircumstanceField,
	type ToldCircumstances,
	type TreatmentKind
} from '#lib/domain/claims/circumstances.ts';
import { formatDate } from './format.ts';
import { m } from './generated/messages.js';
import type { getLocale } from './generated/runtime.js';

type Locale = ReturnType<typeof getLocale>;

export type CircumstanceLabels = Readonly<Record<CircumstanceField, () => string>>;

/** As the customer is asked. The desk has words of its own: `desk-circumstance-texts.ts`. */
export const CIRCUMSTANCE_LABELS: CircumstanceLabels = {
	symptomsOn: m.drafts_symptoms_on,
	treatedBefore: m.drafts_treated_before,
	treatedBeforeBy: m.drafts_treated_before_by,
	accidentOn: m.drafts_accident_on,
	accidentTime: m.drafts_accident_time,
	accidentPlace: m.drafts_accident_place,
	accidentOccasion: m.drafts_accident_occasion,
	thirdParty: m.drafts_third_party,
	thirdPartyWho: m.drafts_third_party_who,
	otherInsurer: m.drafts_other_insurer,
	otherInsurerNumber: m.drafts_other_insurer_number,
	otherInsurerReported: m.drafts_other_insurer_reported,
	otherInsurerPaid: m.drafts_other_insurer_paid,
	enteredOn: m.drafts_entered_on,
	stayAddress: m.drafts_stay_address,
	travelFrom: m.drafts_travel_from,
	travelTo: m.drafts_travel_to
};

export const OCCASION_TEXTS: Readonly<Record<AccidentOccasion, () => string>> = {
	traffic: m.drafts_occasion_traffic,
	work: m.drafts_occasion_work,
	sport: m.drafts_occasion_sport,
	home: m.drafts_occasion_home,
	other: m.drafts_occasion_other
};

export const KIND_TEXTS: Readonly<Record<TreatmentKind, () => string>> = {
	outpatient: m.drafts_kind_outpatient,
	inpatient: m.drafts_kind_inpatient,
	dental: m.drafts_kind_dental,
	medication: m.drafts_kind_medication,
	aids: m.drafts_kind_aids,
	pregnancy: m.drafts_kind_pregnancy,
	transport: m.drafts_kind_transport
};

const WORDS: Readonly<Record<string, () => string>> = {
	yes: m.drafts_yes,
	no: m.drafts_no,
	...OCCASION_TEXTS,
	...KIND_TEXTS
};
const CHOICES: readonly string[] = [
	...['treatedBefore', 'thirdParty', 'otherInsurerReported', 'otherInsurerPaid'],
	...['accidentOccasion', 'kind']
];
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What was chosen or typed in one of these fields, as people read it. */
export function toldText(field: string, value: string, locale: Locale): string {
	if (CHOICES.includes(field)) return WORDS[value]?.() ?? value;
	return DATE.test(value) ? formatDate(value, locale) : value;
}

/** What was told, in the order of the form; nothing of what was not asked. `labels`: in whose words. */
export function circumstanceItems(
	told: ToldCircumstances | undefined,
	locale: Locale,
	labels: CircumstanceLabels = CIRCUMSTANCE_LABELS
) {
	return CIRCUMSTANCE_FIELDS.filter((field) => Boolean(told?.[field])).map((field) => ({
		field,
		label: labels[field](),
		value: toldText(field, told?.[field] ?? '', locale)
	}));
}
