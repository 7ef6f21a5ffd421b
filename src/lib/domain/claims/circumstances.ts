/**
 * What some claims need besides their bills (features.md 4.1), and when. Every field is text as it was
 * typed, empty where it does not apply, so that device, letter and server speak of it by one name.
 */
import * as v from 'valibot';
import { parseCalendarDate } from '../calendar.ts';
import type { Issues } from '../result.ts';

/** What the treatment was: it decides which papers belong to the bill (features.md 4.2). */
export const TREATMENT_KINDS = [
	'outpatient',
	'inpatient',
	'dental',
	'medication',
	'aids',
	'pregnancy',
	'transport'
] as const;
export type TreatmentKind = (typeof TREATMENT_KINDS)[number];

/** Where somebody had an accident: at work and on the way there another insurance may be liable. */
export const ACCIDENT_OCCASIONS = ['traffic', 'work', 'sport', 'home', 'other'] as const;
export type AccidentOccasion = (typeof ACCIDENT_OCCASIONS)[number];

/** What the terms of single plans ask for as well (features.md A11). */
export const PLAN_FIELDS = [
	'symptomsOn',
	'enteredOn',
	'stayAddress',
	'travelFrom',
	'travelTo'
] as const;
export type PlanField = (typeof PLAN_FIELDS)[number];

const answer = v.picklist(['', 'yes', 'no'], 'invalid');
const dateOrEmpty = v.pipe(
	v.string(),
	v.check((text) => text === '' || parseCalendarDate(text) !== null, 'date-invalid')
);
const textUpTo = (length: number) => v.pipe(v.string(), v.trim(), v.maxLength(length, 'too-long'));

export const circumstancesSchema = v.strictObject({
	symptomsOn: dateOrEmpty,
	/** Whether the illness was treated before the cover began: by whom, when and as what. */
	treatedBefore: answer,
	treatedBeforeBy: textUpTo(500),
	accidentOn: dateOrEmpty,
	accidentTime: v.pipe(v.string(), v.regex(/^(([01]\d|2[0-3]):[0-5]\d)?$/, 'invalid')),
	accidentPlace: textUpTo(200),
	accidentOccasion: v.picklist(['', ...ACCIDENT_OCCASIONS], 'invalid'),
	/** Somebody else who may have to pay for it (§ 86 VVG). */
	thirdParty: answer,
	thirdPartyWho: textUpTo(500),
	otherInsurer: textUpTo(200),
	otherInsurerNumber: textUpTo(60),
	/**
	 * Left out by a device of a release before, and never filled in for it: its manifest has another hash
	 * with one field more, and the device would not know its own claim in the receipt.
	 */
	otherInsurerReported: v.exactOptional(answer),
	otherInsurerPaid: answer,
	enteredOn: dateOrEmpty,
	stayAddress: textUpTo(300),
	travelFrom: dateOrEmpty,
	travelTo: dateOrEmpty
});
/** As a claim tells them, that of an older device too. */
export type ToldCircumstances = v.InferOutput<typeof circumstancesSchema>;
/** As a form asks for them: every field is there. */
export type Circumstances = Required<ToldCircumstances>;
export type CircumstanceField = keyof Circumstances;

/** In the order in which they are asked and shown. */
export const CIRCUMSTANCE_FIELDS = Object.keys(
	circumstancesSchema.entries
) as readonly CircumstanceField[];

export const NO_CIRCUMSTANCES: Circumstances = {
	...{ symptomsOn: '', treatedBefore: '', treatedBeforeBy: '' },
	...{ accidentOn: '', accidentTime: '', accidentPlace: '', accidentOccasion: '' },
	...{ thirdParty: '', thirdPartyWho: '' },
	...{ otherInsurer: '', otherInsurerNumber: '' },
	...{ otherInsurerReported: '', otherInsurerPaid: '' },
	...{ enteredOn: '', stayAddress: '', travelFrom: '', travelTo: '' }
};

/** What decides which of them a claim needs. */
export type ClaimFacts = {
	readonly cause: string;
	readonly hasOtherInsurance: boolean;
	/** What the contract's plan asks for as well. */
	readonly asks: readonly PlanField[];
	/** A letter says what it says: what it leaves out is asked for later (decision 0076). */
	readonly isLetter?: boolean;
};

type Need = 'required' | 'optional';

/** The fields that apply to a claim, and which of them must be filled in. */
export function neededFields(
	told: Pick<Circumstances, 'treatedBefore' | 'thirdParty'>,
	{ cause, hasOtherInsurance, asks, isLetter }: ClaimFacts
): ReadonlyMap<CircumstanceField, Need> {
	const needs = new Map<CircumstanceField, Need>();
	const need = (how: Need, ...fields: readonly CircumstanceField[]) => {
		for (const field of fields)
			if (!needs.has(field)) needs.set(field, isLetter ? 'optional' : how);
	};
	need('required', ...asks);
	if (cause === 'illness') {
		need('required', 'treatedBefore');
		// A check-up has no symptoms.
		need('optional', 'symptomsOn');
		if (told.treatedBefore === 'yes') need('required', 'treatedBeforeBy');
	}
	if (cause === 'accident') {
		need('required', 'accidentOn', 'accidentPlace', 'accidentOccasion', 'thirdParty');
		need('optional', 'accidentTime');
		if (told.thirdParty === 'yes') need('required', 'thirdPartyWho');
	}
	if (hasOtherInsurance) {
		need('required', 'otherInsurer', 'otherInsurerReported', 'otherInsurerPaid');
		need('optional', 'otherInsurerNumber');
	}
	return needs;
}

/** What was typed for a case that turned out not to be this one stays behind (Art. 5 (1) c GDPR). */
export function onlyNeeded(told: Circumstances, facts: ClaimFacts): Circumstances {
	const needs = neededFields(told, facts);
	const kept = CIRCUMSTANCE_FIELDS.filter((field) => needs.has(field));
	return { ...NO_CIRCUMSTANCES, ...Object.fromEntries(kept.map((field) => [field, told[field]])) };
}

/** Fields that hold a day. */
export const CIRCUMSTANCE_DATES: readonly CircumstanceField[] = [
	...(['symptomsOn', 'accidentOn', 'enteredOn', 'travelFrom', 'travelTo'] as const)
];
const PAST_DATES = ['symptomsOn', 'accidentOn', 'enteredOn', 'travelFrom'] as const;

/**
 * What is missing or cannot be, field to code, shared by the device's form and the server. `today` is
 * that of the operator's zone, `YYYY-MM-DD`.
 */
export function circumstanceIssues(
	told: ToldCircumstances,
	facts: ClaimFacts,
	today: string
): Issues {
	const issues: Record<string, string> = {};
	for (const [field, how] of neededFields(told, facts)) {
		if (how === 'required' && told[field]?.trim() === '') issues[field] = 'required';
	}
	for (const field of PAST_DATES) {
		if (told[field] > today) issues[field] = 'date-in-future';
	}
	if (told.travelTo !== '' && told.travelTo < told.travelFrom) {
		issues['travelTo'] = 'ends-before-start';
	}
	return issues;
}
