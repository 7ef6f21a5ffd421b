import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import {
	ageIn,
	applies,
	ATTRIBUTES,
	cardsFor,
	CARDS_SHOWN,
	reachOf,
	reasonsOf,
	SMALLEST_COUNT,
	type Attributes,
	type Card,
	type Rule
} from './information.ts';
import { cardFormSchema, factsSchema, parseRule } from './information.schema.ts';

const linh: Attributes = {
	federalState: 'HE',
	age: 22,
	personGroup: 'au-pair',
	language: 'de',
	nationality: 'VN',
	insuranceStatus: 'active',
	hasVerifiedEmail: true,
	hasMissingDocuments: false
};
const nobodyKnows: Attributes = {
	...linh,
	federalState: null,
	age: null,
	personGroup: null,
	nationality: null
};

const RULES: readonly (readonly [Rule, boolean])[] = [
	[{}, true],
	[{ federalState: ['BY', 'HE'] }, true],
	[{ federalState: ['BY'] }, false],
	[{ age: { from: 22, to: 22 } }, true],
	[{ age: { from: 23, to: 130 } }, false],
	[{ age: { from: 0, to: 21 } }, false],
	[{ personGroup: ['au-pair'] }, true],
	[{ personGroup: ['student'] }, false],
	[{ language: ['en'] }, false],
	[{ nationality: ['PH', 'VN'] }, true],
	[{ nationality: ['PH'] }, false],
	[{ insuranceStatus: ['ended', 'coming'] }, false],
	[{ hasVerifiedEmail: true }, true],
	[{ hasVerifiedEmail: false }, false],
	[{ hasMissingDocuments: true }, false],
	[{ hasMissingDocuments: false }, true],
	[{ federalState: ['HE'], language: ['en'] }, false]
];
test.each(RULES)('%j is met: %s', (rule, expected) => {
	expect(applies(rule, linh)).toBe(expected);
});

test('what nobody knows meets no condition, and hinders no other', () => {
	for (const rule of [
		{ federalState: ['HE'] },
		{ age: { from: 0, to: 130 } },
		{ personGroup: ['au-pair'] },
		{ nationality: ['VN'] }
	] as const satisfies readonly Rule[])
		expect(applies(rule, nobodyKnows)).toBe(false);
	expect(applies({ language: ['de'], insuranceStatus: ['active'] }, nobodyKnows)).toBe(true);
});

test('the list is the one of the privacy policy, and a rule that names anything else is refused', () => {
	expect(ATTRIBUTES.toSorted()).toEqual(Object.keys(linh).toSorted());
	for (const rule of [
		{ diagnosis: ['F32'] },
		{ claimCount: 3 },
		{ federalState: ['HE'], plan: 'x' },
		{ federalState: ['XX'] },
		{ nationality: ['XX'] },
		{ age: { from: 1, to: 200 } }
	])
		expect(() => parseRule(rule)).toThrow();
	// @ts-expect-error health is no attribute
	const rule: Rule = { diagnosis: ['F32'] };
	expect(() => parseRule(rule)).toThrow();
});

const card = (id: string, more: Partial<Card> = {}): Card => ({
	id,
	kind: 'service',
	rule: {},
	startsOn: '2026-11-20' as CalendarDate,
	endsOn: '2026-11-30' as CalendarDate,
	...more
});
const shownOn = (day: string, hasConsent: boolean, ...cards: readonly Card[]) =>
	cardsFor(cards, linh, { today: day as CalendarDate, hasConsent }).map(({ id }) => id);

test('advertising is shown with consent alone, service without', () => {
	const cards = [card('service'), card('advert', { kind: 'marketing' })];
	expect(shownOn('2026-11-26', false, ...cards)).toEqual(['service']);
	expect(shownOn('2026-11-26', true, ...cards)).toEqual(['service', 'advert']);
});

test('a card runs from its first day to its last', () => {
	for (const [day, expected] of [
		['2026-11-19', []],
		['2026-11-20', ['a']],
		['2026-11-30', ['a']],
		['2026-12-01', []]
	] as const)
		expect(shownOn(day, false, card('a'))).toEqual(expected);
});

test('no more cards than a start page can bear', () => {
	const cards = ['a', 'b', 'c', 'd'].map((id) => card(id));
	expect(shownOn('2026-11-26', false, ...cards)).toEqual(['a', 'b', 'c'].slice(0, CARDS_SHOWN));
});

test('a card says by which attributes it was chosen', () => {
	expect(reasonsOf({})).toEqual([]);
	expect(reasonsOf({ language: ['de'], age: { from: 1, to: 2 } })).toEqual(['age', 'language']);
});

test('fewer than five people are not counted out', () => {
	const people = (count: number, hasConsent = true) =>
		Array.from({ length: count }, () => ({ attributes: linh, hasConsent }));
	expect(reachOf(card('a'), people(SMALLEST_COUNT))).toBe(SMALLEST_COUNT);
	expect(reachOf(card('a'), people(SMALLEST_COUNT - 1))).toBeNull();
	expect(reachOf(card('a'), people(0))).toBe(0);
	expect(reachOf(card('a', { kind: 'marketing' }), people(9, false))).toBe(0);
});

test('the age is that reached in the year', () => {
	expect(ageIn('2026-01-01' as CalendarDate, 2004)).toBe(22);
	expect(ageIn('2026-01-01' as CalendarDate, null)).toBeNull();
});

const FORM = {
	kind: 'marketing',
	titleDe: ' Neu ',
	textDe: 'Mehr Schutz.',
	titleEn: 'New',
	textEn: 'More cover.',
	startsOn: '2026-11-26',
	endsOn: '2026-12-31',
	ageFrom: '18',
	ageTo: '',
	nationality: 'vn, PH',
	'federalState.HE': 'on',
	'personGroup.au-pair': 'on',
	'personGroup.student': 'on'
};

test('the form becomes a card with exactly what was chosen', () => {
	expect(v.parse(cardFormSchema, FORM)).toEqual({
		kind: 'marketing',
		startsOn: '2026-11-26',
		endsOn: '2026-12-31',
		words: {
			de: { title: 'Neu', text: 'Mehr Schutz.' },
			en: { title: 'New', text: 'More cover.' }
		},
		rule: {
			federalState: ['HE'],
			age: { from: 18, to: 130 },
			personGroup: ['student', 'au-pair'],
			nationality: ['VN', 'PH']
		}
	});
});

test.each([
	[{ endsOn: '2026-11-25' }, 'endsOn', 'ends-before-start'],
	[{ ageFrom: '30', ageTo: '20' }, 'ageTo', 'invalid'],
	[{ ageTo: '131' }, 'ageTo', 'invalid'],
	[{ nationality: 'VN, XX' }, 'nationality', 'country-unknown'],
	[{ titleEn: '' }, 'titleEn', 'required'],
	[{ textDe: 'x'.repeat(401) }, 'textDe', 'too-long'],
	[{ kind: 'spam' }, 'kind', 'required']
])('%j is refused beside its field', (change, field, issue) => {
	const parsed = v.safeParse(cardFormSchema, { ...FORM, ...change });
	const found = parsed.issues?.map((one) => [
		one.path?.map(({ key }) => key).join('.'),
		one.message
	]);
	expect(found).toContainEqual([field, issue]);
});

test('what customers say about themselves may stay empty, and must be something we know', () => {
	const empty = { federalState: '', personGroup: '', nationality: '', birthYear: '' };
	expect(v.parse(factsSchema, empty)).toEqual({
		federalState: null,
		personGroup: null,
		nationality: null,
		birthYear: null
	});
	const facts = {
		federalState: 'HE',
		personGroup: 'student',
		nationality: 'VN',
		birthYear: '2004'
	};
	expect(v.parse(factsSchema, facts)).toEqual({ ...facts, birthYear: 2004 });
	for (const change of [{ federalState: 'XX' }, { nationality: 'xx' }, { birthYear: '04' }])
		expect(v.safeParse(factsSchema, { ...facts, ...change }).success).toBe(false);
});
