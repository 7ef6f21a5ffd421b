import { foldings, withoutLookalikes } from './password-folding.ts';

/** Whether the bundled list has this entry. Entries are folded: see `password-folding.ts`. */
export type IsListed = (entry: string) => boolean;

/** A shorter word or unit is guessed by trying all of them: no list is asked. */
const SHORTEST_ENTRY = 4;
/** Up to here, digits beside a word are a year, a day or a count: nobody has to guess long. */
const SHORT_NUMBER = 4;
const SHORTEST_RUN = 3;

const ROWS = ['qwertzuiopu', 'qwertyuiop', 'asdfghjkloa', 'yxcvbnm', 'zxcvbnm', 'azertyuiop'];
const FORWARD = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', ...ROWS];
const LINES = [...FORWARD, ...FORWARD.map(reversed)];

/**
 * Whether an attacker tries this password early (ASVS 6.2.4, 6.2.12): a listed one, or a listed one
 * dressed up, in the ways in which people reach a minimum length: other case, accents and lookalikes
 * (`P4ssw0rt`), backwards, doubled, with digits and signs around or between (`Passwort-1234!`), or
 * nothing but rows of the keyboard. Several words in a row are fine, as long as no list has them.
 */
export function isCommonPassword(password: string, isListed: IsListed): boolean {
	return foldings(password).some((folded) => isCommon(folded, isListed));
}

function isCommon(folded: string, isListed: IsListed): boolean {
	return [folded, reversed(folded)]
		.flatMap(stemsOf)
		.some(
			(text) =>
				isWord(text, isListed) ||
				withoutLookalikes(text).some((read) => isWord(read, isListed)) ||
				dressings(text).some((dressing) => isDressedWord(dressing, text.length, isListed)) ||
				isTwoNumbers(text, isListed)
		);
}

/** The text itself, and without the signs and up to four digits at its end: `alex2006` + `2026!`. */
function stemsOf(text: string): readonly string[] {
	const stem = text.replace(/[^\p{L}\p{N}]+$/u, '');
	const digits = /\p{N}*$/u.exec(stem)?.[0].length ?? 0;
	const cuts = Array.from({ length: Math.min(digits, SHORT_NUMBER) }, (_, cut) =>
		stem.slice(0, stem.length - cut - 1)
	);
	return [...new Set([text, stem, ...cuts])];
}

function isWord(text: string, isListed: IsListed): boolean {
	if (text.length < SHORTEST_ENTRY) return false;
	if (isListed(text) || isRunOfKeys(text)) return true;
	const unit = /^(.+?)\1+$/su.exec(text)?.[1];
	return unit !== undefined && (unit.length < SHORTEST_ENTRY || isCommon(unit, isListed));
}

type Dressing = { readonly word: string; readonly numbers: readonly string[] };

/** The word that is left without digits and signs, read in several ways, and the digits taken away. */
function dressings(text: string): readonly Dressing[] {
	const letters = text.match(/\p{L}+/gu) ?? [];
	const isOneWord = new Set(letters).size === 1;
	const plain = {
		word: isOneWord ? (letters[0] ?? '') : letters.join(''),
		numbers: numbersOf(text)
	};
	const trimmed = [/[^\p{L}]+$/u, /^[^\p{L}]+|[^\p{L}]+$/gu].flatMap((edges) =>
		withoutLookalikes(text.replace(edges, '')).map((read) => ({
			word: read.replace(/[^\p{L}]/gu, ''),
			numbers: (text.match(edges) ?? []).flatMap(numbersOf)
		}))
	);
	return [plain, ...trimmed];
}

/** Nine unlisted digits and more keep a short word from being all there is to guess. */
function isDressedWord(
	{ word, numbers }: Dressing,
	wholeLength: number,
	isListed: IsListed
): boolean {
	const isNearlyAll = word.length * 2 >= wholeLength;
	return (
		(isNearlyAll || numbers.every((number) => isShort(number) || isWord(number, isListed))) &&
		isWord(word, isListed)
	);
}

/** Digits alone, of which two dates or other listed numbers can be made (`19041987-2026`). */
function isTwoNumbers(text: string, isListed: IsListed): boolean {
	if (/\p{L}/u.test(text)) return false;
	const digits = numbersOf(text).join('');
	if (digits.length <= 2 * SHORT_NUMBER) return false;
	return Array.from(digits, (_, cut) => [digits.slice(0, cut), digits.slice(cut)]).some((pair) =>
		pair.every((number) => isShort(number) || isWord(number, isListed))
	);
}

function isShort(number: string): boolean {
	return number.length <= SHORT_NUMBER;
}

function numbersOf(text: string): readonly string[] {
	return text.match(/\p{N}+/gu) ?? [];
}

/** `qwertz12345`, `aaaabbbb`, `987654321`: made of nothing but neighbours and repeated keys. */
function isRunOfKeys(text: string): boolean {
	let at = 0;
	while (at < text.length) {
		const length = lengthOfRunAt(text, at);
		if (length < SHORTEST_RUN) return false;
		at += length;
	}
	return true;
}

function lengthOfRunAt(text: string, at: number): number {
	let length = 1;
	while (text[at + length] === text[at]) length += 1;
	for (const line of LINES) {
		while (at + length < text.length && line.includes(text.slice(at, at + length + 1))) length += 1;
	}
	return length;
}

function reversed(text: string): string {
	return [...text].toReversed().join('');
}
