// Only the offline room is hydrated (decision 0013), so its router needs to know no other page: the list of all of them
// with the files each one loads made up 5 kB of every device's copy. A link to another page is a page load, as before.
import type { Plugin } from 'vite';

const APP = /\/generated\/client-optimized\/app\.js$/;
const NODES = /export const nodes = \[([^\]]*)\];/;
const DICTIONARY = /(export const dictionary = \{)([^}]*)(\})/;
const OF_ROOM = /"\/(?:drafts|shell)[/"]/;
/** The root layout and the root error page, which Kit loads at its start. */
const ROOT_NODES = [0, 1];

export function roomRouter(): Plugin {
	return {
		name: 'room-router',
		enforce: 'pre',
		transform(code, id) {
			if (!APP.test(id)) return null;
			const entries = DICTIONARY.exec(code)?.[2]
				?.split('\n')
				.filter((line) => OF_ROOM.test(line));
			const loaders = NODES.exec(code)?.[1]?.split(',\n');
			if (!entries?.length || !loaders?.length) {
				throw new Error('Kit has changed its list of pages: look at the one of the room again.');
			}
			const kept = new Set(entries.flatMap((line) => numbersIn(line.slice(line.indexOf('": ')))));
			const nodes = loaders.map((loader, index) =>
				kept.has(index) || ROOT_NODES.includes(index) ? loader : 'undefined'
			);
			return {
				code: code
					.replace(NODES, `export const nodes = [${nodes.join(',\n')}];`)
					.replace(DICTIONARY, `$1${entries.join('\n').replace(/,$/, '')}$3`),
				map: null
			};
		}
	};
}

function numbersIn(text: string): number[] {
	return [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}
