import { expect, it } from 'vitest';
import { nameWordsOf } from './name-words.ts';

it('writes a name in the ways that passports and keyboards do', () => {
	expect(nameWordsOf('Jürgen Groß-Øster')).toEqual([
		['juergen', 'jurgen'],
		['gross'],
		['oester', 'oster']
	]);
	expect(nameWordsOf('Łukasz Kovaľ')).toEqual([['lukasz'], ['koval']]);
	expect(nameWordsOf('Mu\u0308ller')).toEqual([['mueller', 'muller']]);
});

it('keeps names of one letter, of other scripts and of nothing', () => {
	expect(nameWordsOf('李 Ò')).toEqual([['李'], ['o']]);
	expect(nameWordsOf(' - 12 ')).toEqual([]);
});

it('stops after eight words', () => {
	expect(nameWordsOf('a b c d e f g h i')).toHaveLength(8);
});
