/** Letters that passports and keyboards write in two ways; the rest loses its marks alone. */
const TWO_WAYS: Readonly<Record<string, readonly [string, string]>> = {
	ä: ['ae', 'a'],
	ö: ['oe', 'o'],
	ü: ['ue', 'u'],
	å: ['aa', 'a'],
	ø: ['oe', 'o'],
	æ: ['ae', 'a'],
	œ: ['oe', 'o'],
	ß: ['ss', 'ss'],
	þ: ['th', 'th'],
	ð: ['d', 'd'],
	đ: ['d', 'd'],
	ł: ['l', 'l'],
	ı: ['i', 'i']
};

/** Far above the words of a name. */
const MOST_WORDS = 8;

/**
 * The words of a name, each in the ways it may be written: `Müller` as `mueller` and `muller`. For
 * looking people up by what is on a passport (domain.md 2, names). No more than eight words.
 */
export function nameWordsOf(name: string): readonly (readonly string[])[] {
	return name
		.normalize('NFC')
		.toLowerCase()
		.split(/[^\p{L}\p{M}]+/u)
		.filter((word) => word !== '')
		.slice(0, MOST_WORDS)
		.map((word) => [...new Set([spell(word, 0), spell(word, 1)])]);
}

function spell(word: string, way: 0 | 1): string {
	return Array.from(word, (letter) => TWO_WAYS[letter]?.[way] ?? letter)
		.join('')
		.normalize('NFD')
		.replace(/\p{M}/gu, '');
}
