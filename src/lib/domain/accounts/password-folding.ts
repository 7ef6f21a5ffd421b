// What two spellings of the same word have in common. For comparing with words only: a password is hashed as typed.

const PLAIN_LETTERS: Readonly<Record<string, string>> = {
	...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' }
};
const WRITTEN_OUT: Readonly<Record<string, string>> = {
	...{ ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' }
};
/** Digits and signs that people put in the place of letters; `1` and `!` stand for two. */
const LOOKALIKES: Readonly<Record<string, string>> = {
	...{ '0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g' },
	...{ '@': 'a', $: 's', '€': 'e', '+': 't', '(': 'c' }
};

/** Lower case without accents: with umlauts as their letters, and written out (ü as u and as ue). */
export function foldings(text: string): readonly string[] {
	const lower = text.normalize('NFKC').toLowerCase();
	const writtenOut = [/[äöüøå]/g, /[äöüå]/g].map((letters) =>
		lower.replace(letters, (letter) => WRITTEN_OUT[letter] ?? letter)
	);
	return [...new Set([lower, ...writtenOut].map(plainLetters))];
}

function plainLetters(lower: string): string {
	return lower
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.replace(/[ßæœøđðþłı]/g, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

/** A folded text with letters where lookalikes stand: `p4$$w0rd1` as `passwordi` and `passwordl`. */
export function withoutLookalikes(folded: string): readonly string[] {
	const read = folded.replace(/[03457-9@$€+(]/g, (sign) => LOOKALIKES[sign] ?? sign);
	return [...new Set([read.replace(/[1!|]/g, 'i'), read.replace(/[1!|]/g, 'l')])];
}
