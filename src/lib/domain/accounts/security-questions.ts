import * as v from 'valibot';
import { foldings } from './password-folding.ts';

/** Fixed questions with wide answer spaces; own questions are not offered (security.md 3.6). */
export const SECURITY_QUESTIONS = [
	'first-street',
	'first-teacher',
	'childhood-friend',
	'first-employer',
	'grandmother-birthplace',
	'first-journey'
] as const;
export type SecurityQuestion = (typeof SECURITY_QUESTIONS)[number];

export const ANSWER_MIN = 4;

/** The answer as it is hashed: case, blanks and composition do not matter (security.md A22). */
export function normaliseAnswer(answer: string): string {
	// Up and down again is what case folding does to ß: "Straße" and "STRASSE" are one answer.
	return answer.normalize('NFKC').toUpperCase().toLowerCase().trim().replace(/\s+/g, ' ');
}

/** One answer. Whether it is too common depends on its question: `isCommonAnswer`. */
export const answerSchema = v.pipe(
	v.string('required'),
	v.minLength(1, 'required'),
	v.maxLength(200, 'too-long'),
	v.check((text) => [...normaliseAnswer(text)].length >= ANSWER_MIN, 'answer-short')
);

/** What people type who do not want to answer. */
const NO_ANSWERS = [
	...['keine', 'keiner', 'keines', 'nichts', 'niemand', 'nein', 'weiß nicht', 'weiß ich nicht'],
	...['unbekannt', 'egal', 'geheim', 'test', 'antwort', 'passwort', 'vergessen', 'hallo', 'mama'],
	...['none', 'nobody', 'nothing', 'no one', 'not applicable', 'unknown', 'i do not know', 'papa'],
	...['dont know', 'secret', 'answer', 'password', 'forgotten', 'hello', 'asdf', 'qwertz', 'qwerty']
];
const SURNAMES = [
	...['Müller', 'Schmidt', 'Schneider', 'Fischer', 'Weber', 'Meyer', 'Meier', 'Maier', 'Mayer'],
	...['Wagner', 'Becker', 'Schulz', 'Schulze', 'Hoffmann', 'Hofmann', 'Schäfer', 'Koch', 'Bauer'],
	...['Richter', 'Klein', 'Wolf', 'Schröder', 'Neumann', 'Schwarz', 'Zimmermann', 'Braun'],
	...['Krüger', 'Hartmann', 'Lange', 'Schmitt', 'Schmitz', 'Werner', 'Krause', 'Lehmann', 'Köhler'],
	...['Herrmann', 'König', 'Walter', 'Huber', 'Kaiser', 'Fuchs', 'Peters', 'Lang', 'Scholz'],
	...['Smith', 'Jones', 'Williams', 'Brown', 'Taylor', 'Johnson', 'Miller', 'Davis', 'Garcia'],
	...['Yilmaz', 'Kaya', 'Demir', 'Nguyen', 'Kowalski', 'Nowak', 'Ivanov', 'Novak', 'Wang', 'Singh']
];
const FIRST_NAMES = [
	...[
		'Anna',
		'Anne',
		'Andrea',
		'Andreas',
		'Alex',
		'Alexander',
		'Christian',
		'Christina',
		'Claudia'
	],
	...['Daniel', 'David', 'Felix', 'Florian', 'Frank', 'Jana', 'Julia', 'Jonas', 'Jens', 'Jessica'],
	...['Katharina', 'Kevin', 'Laura', 'Lena', 'Leon', 'Lisa', 'Lukas', 'Maria', 'Marie', 'Markus'],
	...['Martin', 'Matthias', 'Michael', 'Melanie', 'Nicole', 'Niklas', 'Paul', 'Peter', 'Patrick'],
	...['Philipp', 'Sabine', 'Sandra', 'Sarah', 'Sebastian', 'Stefan', 'Stefanie', 'Susanne'],
	...['Thomas', 'Tobias', 'Ursula', 'Petra', 'Monika', 'John', 'James', 'Robert', 'Mary', 'Emma'],
	...['Sophie', 'Mohammed', 'Mehmet', 'Fatma', 'Ayse', 'Ahmed']
];
const PLACES = [
	...['Berlin', 'Hamburg', 'München', 'Munich', 'Köln', 'Cologne', 'Frankfurt', 'Stuttgart'],
	...['Düsseldorf', 'Leipzig', 'Dortmund', 'Essen', 'Bremen', 'Dresden', 'Hannover', 'Nürnberg'],
	...['Duisburg', 'Bochum', 'Wuppertal', 'Bielefeld', 'Bonn', 'Münster', 'Breslau', 'Königsberg'],
	...['Danzig', 'Stettin', 'Wien', 'Vienna', 'Zürich', 'Prag', 'Warschau', 'Istanbul', 'Ankara'],
	...['Moskau', 'London', 'Paris', 'New York', 'Polen', 'Türkei', 'Russland', 'Deutschland'],
	...['Germany', 'Österreich', 'Schlesien', 'Ostpreußen', 'Bayern']
];
const STREETS = [
	...['Hauptstraße', 'Hauptstr', 'Schulstraße', 'Gartenstraße', 'Bahnhofstraße', 'Dorfstraße'],
	...['Bergstraße', 'Birkenweg', 'Lindenstraße', 'Kirchstraße', 'Waldstraße', 'Ringstraße'],
	...['Amselweg', 'Wiesenweg', 'Feldstraße', 'Goethestraße', 'Schillerstraße', 'Mozartstraße'],
	...['Jahnstraße', 'Buchenweg', 'Eichenweg', 'Ahornweg', 'Rosenweg', 'Am Sportplatz'],
	...['Main Street', 'High Street', 'Church Street', 'Station Road', 'Park Road', 'First Street']
];
const EMPLOYERS = [
	...['Siemens', 'Bosch', 'Daimler', 'Mercedes', 'Volkswagen', 'Telekom', 'Deutsche Telekom'],
	...['Deutsche Bahn', 'Deutsche Post', 'Post', 'Bundeswehr', 'Aldi', 'Lidl', 'Edeka', 'Rewe'],
	...['McDonalds', 'BASF', 'Bayer', 'Sparkasse', 'Allianz', 'Amazon', 'Ford', 'Opel', 'Audi'],
	...['Kaufland', 'Universität', 'Krankenhaus', 'Schule', 'University', 'School', 'Hospital']
];
const JOURNEYS = [
	...['Italien', 'Spanien', 'Mallorca', 'Türkei', 'Österreich', 'Frankreich', 'Griechenland'],
	...['Kroatien', 'Dänemark', 'Holland', 'Niederlande', 'Ostsee', 'Nordsee', 'Gardasee', 'Rimini'],
	...['London', 'Paris', 'Rom', 'Wien', 'Berlin', 'München', 'Hamburg', 'Sylt', 'Rügen', 'Ungarn'],
	...['Plattensee', 'Schweiz', 'Schwarzwald', 'Allgäu', 'Bayern', 'Harz', 'Polen', 'England'],
	...['Italy', 'Spain', 'Majorca', 'Turkey', 'Austria', 'France', 'Greece', 'Croatia', 'Rome']
];

const teacher = (name: string) => [
	name,
	`Frau ${name}`,
	`Herr ${name}`,
	`Mr ${name}`,
	`Mrs ${name}`
];
const COMMON_ANSWERS: Readonly<Record<SecurityQuestion, ReadonlySet<string>>> = {
	'first-street': keysOf(STREETS),
	'first-teacher': keysOf([...SURNAMES.flatMap(teacher), 'Lehrer', 'Lehrerin', 'Teacher']),
	'childhood-friend': keysOf([...FIRST_NAMES, ...SURNAMES, 'Freund', 'Freundin', 'Friend']),
	'first-employer': keysOf(EMPLOYERS),
	'grandmother-birthplace': keysOf(PLACES),
	'first-journey': keysOf([...JOURNEYS, ...PLACES])
};
const NEVER_ANSWERS = keysOf(NO_ANSWERS);

/**
 * Whether an answer is among those a stranger tries first: the usual names and places of its
 * question, words of people who do not want to answer, and numbers or one key alone. House numbers
 * and signs do not make an answer rarer.
 */
export function isCommonAnswer(question: SecurityQuestion, answer: string): boolean {
	return keysOfAnswer(answer).some(
		(key) => /^(.?)\1*$/u.test(key) || NEVER_ANSWERS.has(key) || COMMON_ANSWERS[question].has(key)
	);
}

function keysOf(answers: readonly string[]): ReadonlySet<string> {
	return new Set(answers.flatMap(keysOfAnswer));
}

/** Letters alone; a street is one word however it is written. */
function keysOfAnswer(answer: string): readonly string[] {
	return foldings(normaliseAnswer(answer)).map((folded) =>
		folded.replace(/[^\p{L}]/gu, '').replace(/str$/, 'strasse')
	);
}
