import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = 'src';
/** Whoever makes a session, or changes one's token, is written down in docs/security/sign-in.md. */
const MAKERS = /\bsessions\.(create|rotate)\(|\.insert\(sessions\)|lucia\.createSession\(/;
const COOKIE = /\bset(Session|Challenge|Device)Token\(cookies/;

function filesWith(pattern: RegExp): readonly string[] {
	return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
		.map((name) => join(SOURCE, name).replaceAll('\\', '/'))
		.filter((path) => /\.(ts|svelte)$/.test(path) && !/\.test\.ts$|\/generated\//.test(path))
		.filter((path) => pattern.test(readFileSync(path, 'utf8')))
		.toSorted();
}

/** The paths in the first column of the document's table under a heading. */
function listed(heading: string): readonly string[] {
	const text = readFileSync('docs/security/sign-in.md', 'utf8');
	const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, path = '']) => path).toSorted();
}

test('A26: only the modules on the written list make sessions', () => {
	expect(filesWith(MAKERS)).toEqual(listed('Modules that make sessions'));
});

test('A26: only the modules on the written list write the cookies of a sign-in', () => {
	expect(filesWith(COOKIE)).toEqual(listed('Modules that write its cookies'));
});

test('A26: every public route that takes anything is on the written list, and no other', () => {
	const acting = filesWith(/\bactions(: Actions)? =|\bconst POST\b/).flatMap(
		(path) => /^src\/routes\/(\(public\)\/.*)\/\+/.exec(path)?.[1] ?? []
	);
	expect(acting).toEqual(listed('Login paths'));
});
