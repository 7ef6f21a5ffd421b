import type { Operator } from '../operator.ts';
import { foldings, withoutLookalikes } from './password-folding.ts';

/** Words of an insurer's portal, in both languages (ASVS 6.2.11). Who runs it comes from its data. */
const POLICY_WORDS = [
	...['Auslandskrankenversicherung', 'Krankenversicherung', 'Krankenkasse', 'Versicherung'],
	...['Versicherte', 'Versichert', 'Auslandskranken', 'Auslandsreise', 'Kundenportal', 'Kunde'],
	...['Mitglied', 'Vertrag', 'Police', 'Erstattung', 'Rechnung', 'Leistung', 'Reiseschutz'],
	...['Passwort', 'Kennwort', 'Anmeldung', 'Anmelden', 'Registrieren', 'Konto', 'Willkommen'],
	...['Health', 'Insurance', 'Insurer', 'Insured', 'Travel', 'Customer', 'Portal', 'Member'],
	...['Contract', 'Policy', 'Claim', 'Account', 'Password', 'Login', 'Welcome']
];

const SHORTEST_NAME = 3;
const SHORTEST_WORD = 4;
/** So many digits of a phone number in a row are that number. */
const PHONE_DIGITS = 6;

/** What is known of whoever chooses a password, and would be tried first. */
export type PasswordOwner = {
	readonly names: readonly string[];
	readonly email: string;
	readonly mobile?: string;
};

/** Operator, portal and policy words, with every part of a name of several words. */
export function portalWords(operator: Operator): readonly string[] {
	const { insurerName, portalName, contactMail, dataProtectionMail } = operator;
	const names = [insurerName, portalName, ...operator.address];
	return [
		...[...POLICY_WORDS, ...names.flatMap((name) => partsOf(name, SHORTEST_WORD))],
		...[contactMail, dataProtectionMail].flatMap((mail) => partsOf(mail, SHORTEST_WORD))
	];
}

/** Names and their parts, the address and its parts, and pieces of the phone number. */
export function wordsOfOwner({ names, email, mobile = '' }: PasswordOwner): readonly string[] {
	const digits = mobile.replace(/\D/g, '');
	const pieces = Array.from({ length: Math.max(0, digits.length - PHONE_DIGITS + 1) }, (_, at) =>
		digits.slice(at, at + PHONE_DIGITS)
	);
	return [
		...names.flatMap((name) => partsOf(name, SHORTEST_NAME)),
		...partsOf(email, SHORTEST_WORD),
		...pieces
	];
}

/**
 * Whether half of the password or more is made of these words, in whatever case, accents and
 * lookalikes, and with signs between the letters (`M-u-s-t-e-r-l-a-n-d`). A sentence may name them.
 */
export function isMostlyWords(password: string, words: readonly string[]): boolean {
	const known = [...new Set(words.flatMap(foldings))];
	return foldings(password)
		.flatMap((folded) => [folded, ...withoutLookalikes(folded)])
		.flatMap((read) => [read, ...withoutSigns(read)])
		.some((text) => lengthCovered(text, known) * 2 >= text.length);
}

/** Letters and digits, when they are most of the text: between emojis they are not. */
function withoutSigns(text: string): readonly string[] {
	const rest = text.replace(/[^\p{L}\p{N}]/gu, '');
	return rest.length * 2 >= text.length ? [rest] : [];
}

function lengthCovered(text: string, words: readonly string[]): number {
	const covered = new Set<number>();
	for (const word of words) {
		for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
			for (let index = at; index < at + word.length; index += 1) covered.add(index);
		}
	}
	return covered.size;
}

/** A name of several words counts as a whole, written together, and by each part. */
function partsOf(name: string, shortest: number): readonly string[] {
	const parts = name.split(/[^\p{L}\p{M}\p{N}]+/u);
	return [...parts, parts.join(''), name].filter((part) => [...part].length >= shortest);
}
