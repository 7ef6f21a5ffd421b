import * as v from 'valibot';
import { expect, test } from 'vitest';
import { registrationSchema } from './registration.schema.ts';
import { isCommonAnswer, normaliseAnswer, SECURITY_QUESTIONS } from './security-questions.ts';

test('A22: "Müller " equals "müller": case, blanks and composition do not matter', () => {
	for (const typed of ['Müller ', 'MÜLLER', ' mu\u0308ller', 'müller\u00a0']) {
		expect(normaliseAnswer(typed)).toBe('müller');
	}
	expect(normaliseAnswer('Am  Großen\tSTERN')).toBe(normaliseAnswer('am GROSSEN stern'));
	expect(normaliseAnswer('Müller')).not.toBe(normaliseAnswer('Muller'));
});

test.each([
	['grandmother-birthplace', 'Berlin'],
	['grandmother-birthplace', 'BERLIN 1'],
	['grandmother-birthplace', 'Koenigsberg'],
	['first-teacher', 'Müller'],
	['first-teacher', 'Frau Mueller'],
	['childhood-friend', 'Michael'],
	['first-street', 'Hauptstr. 12'],
	['first-street', 'Haupt-Straße'],
	['first-employer', 'siemens'],
	['first-journey', 'Mallorca!'],
	['first-street', 'keine'],
	['first-teacher', 'weiß nicht'],
	['childhood-friend', 'aaaa'],
	['first-employer', '1234']
] as const)('A22: as an answer to %s, "%s" is refused', (question, answer) => {
	expect(isCommonAnswer(question, answer)).toBe(true);
});

test('A22: what is common for one question can be rare for another', () => {
	expect(isCommonAnswer('first-teacher', 'Berlin')).toBe(false);
	expect(isCommonAnswer('first-street', 'Am Alten Birkenhof 3')).toBe(false);
	expect(isCommonAnswer('first-teacher', 'Frau Lund')).toBe(false);
});

const REGISTRATION = {
	firstName: 'Zoë',
	lastName: 'Ødegård',
	email: 'zoe@example.org',
	mobile: '+47 406 12 345',
	password: 'zwölf Monate im Norden',
	question1: 'first-street',
	answer1: 'Am Alten Birkenhof',
	question2: 'first-teacher',
	answer2: 'Frau Lund',
	noticeSeen: 'yes'
};

test.each([
	['answer1', 'answer-common', { answer1: 'Hauptstraße 1' }],
	['answer2', 'answer-common', { answer2: 'müller' }],
	['answer2', 'answer-twice', { answer2: ' am alten  BIRKENHOF' }],
	['answer1', 'answer-short', { answer1: ' abc ' }],
	['question2', 'question-twice', { question2: 'first-street' }],
	['question1', 'required', { question1: 'my-own-question' }]
])('A22: registration names %s: %s', (field, code, change) => {
	expect(v.safeParse(registrationSchema, REGISTRATION).success).toBe(true);
	const parsed = v.safeParse(registrationSchema, { ...REGISTRATION, ...change });
	expect(parsed.issues?.map((issue) => [issue.path?.[0]?.key, issue.message])).toContainEqual([
		field,
		code
	]);
});

test('A22: every question has answers of its own that are refused', () => {
	const samples = ['Berlin', 'Müller', 'Hauptstraße', 'Siemens', 'Julia', 'Italien'];
	for (const question of SECURITY_QUESTIONS) {
		expect(samples.some((sample) => isCommonAnswer(question, sample))).toBe(true);
	}
});
