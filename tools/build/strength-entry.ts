import type { Plugin } from 'vite';

/** English has 55 000 words and 49 000 passwords in the packages; below these ranks a guess is no longer cheap. */
const RANKS = { passwords: 20_000, words: 20_000, names: 5_000 };
const WORDS = /^portal:words\/(de|en)$/;

/**
 * Builds the strength meter as /strength.js, an entry of its own in the client build: its pages are not hydrated, so
 * portal.js loads it by this name, which static/strength.js holds free. `portal:words/de` and `/en` become hashed
 * files that only it asks for: 130 and 165 kB gzip, a third of what the packages hold (last names and words of
 * Wikipedia are left out). The server judges by its own, longer list.
 */
export function strengthEntry(): Plugin {
	return {
		name: 'portal-strength-entry',
		apply: 'build',
		applyToEnvironment: ({ name }) => name === 'client',
		buildStart() {
			this.emitFile({
				type: 'chunk',
				id: 'src/lib/ui/strength.ts',
				fileName: 'strength.js',
				preserveSignature: 'strict'
			});
		},
		resolveId: (id) => (WORDS.test(id) ? `\0${id}` : null),
		async load(id) {
			const language = WORDS.exec(id.slice(1))?.[1];
			if (!language) return null;
			return { code: moduleOf(await wordsOf(language)), moduleSideEffects: false };
		}
	};
}

/** The most common first: the rank of a word is how many guesses it takes. */
export async function wordsOf(language: string): Promise<Record<string, readonly string[]>> {
	const common = (await import('@zxcvbn-ts/language-common')).dictionary;
	const de = (await import('@zxcvbn-ts/language-de')).dictionary;
	const en = (await import('@zxcvbn-ts/language-en')).dictionary;
	const [words, firstnames] =
		language === 'de'
			? [de.commonWords, de.firstnames]
			: [en['commonWords-en'], en['firstnames-en']];
	return {
		// The advice of zxcvbn-ts goes by these names: "wikipedia" stands for a plain word.
		passwords: common['passwords-common'].slice(0, RANKS.passwords),
		wikipedia: words.slice(0, RANKS.words),
		firstnames: firstnames.slice(0, RANKS.names)
	};
}

function moduleOf(lists: Record<string, readonly string[]>): string {
	const entries = Object.entries(lists).map(
		([name, list]) => `${name}: ${JSON.stringify(list.join('\n'))}.split('\\n')`
	);
	return `export const dictionary = { ${entries.join(', ')} };`;
}
