import * as v from 'valibot';
import { calendarDateSchema } from '../claims/claim.schema.ts';
import { COUNTRY_CODES } from '../countries.ts';
import {
	ATTRIBUTES,
	CARD_KINDS,
	FEDERAL_STATES,
	INSURANCE_STATUSES,
	PERSON_GROUPS,
	type CardWords,
	type Rule
} from './information.ts';
import { LANGUAGES } from './mail.ts';

const MOST_AGE = 130;
export const CARD_TITLE_LENGTH = 80;
export const CARD_TEXT_LENGTH = 400;

const listOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
	v.optional(v.pipe(v.array(v.picklist(words)), v.minLength(1), v.readonly()));

const ageSchema = v.pipe(
	v.number('invalid'),
	v.integer('invalid'),
	v.minValue(0),
	v.maxValue(MOST_AGE)
);

const nationalitySchema = v.pipe(
	v.string(),
	v.check((code) => COUNTRY_CODES.includes(code), 'country-unknown')
);

/** A stored rule. Strict: an attribute that is not on the list of the privacy policy is refused. */
const ruleSchema = v.strictObject({
	federalState: listOf(FEDERAL_STATES),
	age: v.optional(v.strictObject({ from: ageSchema, to: ageSchema })),
	personGroup: listOf(PERSON_GROUPS),
	language: listOf(LANGUAGES),
	nationality: v.optional(v.pipe(v.array(nationalitySchema), v.minLength(1), v.readonly())),
	insuranceStatus: listOf(INSURANCE_STATUSES),
	hasVerifiedEmail: v.optional(v.boolean()),
	hasMissingDocuments: v.optional(v.boolean())
});

/** Reads a card's rule back; throws when the row holds anything else. */
export function parseRule(value: unknown): Rule {
	return withoutGaps(v.parse(ruleSchema, value));
}

/** Only what is named stays: `undefined` would count as a name. */
function withoutGaps(parsed: v.InferOutput<typeof ruleSchema>): Rule {
	const named = ATTRIBUTES.filter((name) => parsed[name] !== undefined);
	return Object.fromEntries(named.map((name) => [name, parsed[name]]));
}

const line = (length: number) =>
	v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(length, 'too-long'),
		v.regex(/^\P{Cc}*$/u, 'invalid')
	);

/** A card's words in one language. */
const wordsSchema = v.strictObject({
	title: line(CARD_TITLE_LENGTH),
	text: line(CARD_TEXT_LENGTH)
});
const cardWordsSchema = v.strictObject({ de: wordsSchema, en: wordsSchema });

/** Reads a card's words back; throws when the row holds anything else. */
export function parseWords(value: unknown): CardWords {
	return v.parse(cardWordsSchema, value);
}

const optionalAge = v.pipe(
	v.optional(v.string(), ''),
	v.trim(),
	v.regex(/^\d{0,3}$/, 'invalid'),
	v.transform((typed) => (typed === '' ? null : Number(typed)))
);

/** The choices of a list attribute are fields of their own: `federalState.HE`. */
const chosen = <const Words extends readonly string[]>(
	form: Readonly<Record<string, unknown>>,
	name: string,
	words: Words
): Words[number][] => words.filter((word) => form[`${name}.${word}`] === 'on');

/** The form a card is written in, parsed to what is stored. */
export const cardFormSchema = v.pipe(
	v.objectWithRest(
		{
			kind: v.picklist(CARD_KINDS, 'required'),
			titleDe: line(CARD_TITLE_LENGTH),
			textDe: line(CARD_TEXT_LENGTH),
			titleEn: line(CARD_TITLE_LENGTH),
			textEn: line(CARD_TEXT_LENGTH),
			startsOn: calendarDateSchema,
			endsOn: calendarDateSchema,
			ageFrom: optionalAge,
			ageTo: optionalAge,
			nationality: v.pipe(
				v.optional(v.string(), ''),
				v.transform((typed) =>
					typed
						.toUpperCase()
						.split(/[\s,;]+/)
						.filter((code) => code !== '')
				),
				v.check((codes) => codes.every((code) => COUNTRY_CODES.includes(code)), 'country-unknown')
			)
		},
		// What is ticked, and nothing longer.
		v.pipe(v.string(), v.maxLength(CARD_TEXT_LENGTH, 'too-long'))
	),
	v.forward(
		v.check((form) => form.endsOn >= form.startsOn, 'ends-before-start'),
		['endsOn']
	),
	v.forward(
		v.check(
			({ ageFrom, ageTo }) => (ageFrom ?? 0) <= (ageTo ?? MOST_AGE) && (ageTo ?? 0) <= MOST_AGE,
			'invalid'
		),
		['ageTo']
	),
	v.transform((form) => {
		const { kind, startsOn, endsOn, ageFrom, ageTo, nationality } = form;
		const orNone = <Word>(list: readonly Word[]) => (list.length === 0 ? undefined : list);
		const isOn = (name: string) => (form[name] === 'on' ? true : undefined);
		const rule = parseRule({
			federalState: orNone(chosen(form, 'federalState', FEDERAL_STATES)),
			age:
				ageFrom === null && ageTo === null
					? undefined
					: { from: ageFrom ?? 0, to: ageTo ?? MOST_AGE },
			personGroup: orNone(chosen(form, 'personGroup', PERSON_GROUPS)),
			language: orNone(chosen(form, 'language', LANGUAGES)),
			nationality: orNone(nationality),
			insuranceStatus: orNone(chosen(form, 'insuranceStatus', INSURANCE_STATUSES)),
			hasVerifiedEmail: isOn('hasVerifiedEmail'),
			hasMissingDocuments: isOn('hasMissingDocuments')
		});
		const words: CardWords = {
			de: { title: form.titleDe, text: form.textDe },
			en: { title: form.titleEn, text: form.textEn }
		};
		return { kind, startsOn, endsOn, rule, words };
	})
);
export type CardDraft = v.InferOutput<typeof cardFormSchema>;

export const cardIdSchema = v.object({ card: v.pipe(v.string('required'), v.uuid('invalid')) });

const emptyAsNull = <const Word extends string>(words: readonly Word[]) =>
	v.pipe(
		v.picklist([...words, ''], 'invalid'),
		v.transform((word) => words.find((one) => one === word) ?? null)
	);

/** What customers may say about themselves so that information fits; every field may stay empty. */
export const factsSchema = v.object({
	federalState: emptyAsNull(FEDERAL_STATES),
	personGroup: emptyAsNull(PERSON_GROUPS),
	nationality: v.pipe(
		v.string(),
		v.check((code) => code === '' || COUNTRY_CODES.includes(code), 'country-unknown'),
		v.transform((code) => (code === '' ? null : code))
	),
	birthYear: v.pipe(
		v.string(),
		v.trim(),
		v.regex(/^(?:(?:19|20)\d\d)?$/, 'year-invalid'),
		v.transform((typed) => (typed === '' ? null : Number(typed)))
	)
});
export type Facts = v.InferOutput<typeof factsSchema>;
