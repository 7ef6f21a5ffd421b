/** What the repository itself says about proofs: titles in its test files, `Proves:` in its documents. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { idsOfSource } from './title.ts';

export type Sources = {
	/** Id to the test files with a title that begins with it. */
	readonly filesOf: ReadonlyMap<string, readonly string[]>;
	/** ASVS id to the documents that prove it. */
	readonly documentsOf: ReadonlyMap<string, readonly string[]>;
};

const TEST_FILE = /\.(test|e2e|after)\.ts$/;
/** Its own tests hold titles as examples. */
const OWN_FOLDER = 'tools/security/';
const DOCUMENTS = 'docs/security';
const TABLE = 'asvs.md';
/** The line stands at the top: below, a document may speak of ids it does not prove. */
const HEAD_LINES = 6;

export function readSources(root: string): Sources {
	const filesOf = new Map<string, string[]>();
	for (const file of listFiles(root, TEST_FILE)) {
		if (file.startsWith(OWN_FOLDER)) continue;
		for (const id of idsOfSource(readFileSync(join(root, file), 'utf8'))) note(filesOf, id, file);
	}
	const documentsOf = new Map<string, string[]>();
	const folder = join(root, DOCUMENTS);
	for (const name of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
		if (!name.endsWith('.md') || name === TABLE) continue;
		for (const id of provedBy(readFileSync(join(folder, name), 'utf8'))) {
			note(documentsOf, id, name);
		}
	}
	return { filesOf, documentsOf };
}

/** `Proves: 2.1.1, 2.1.2` among the first lines of a document. */
export function provedBy(text: string): readonly string[] {
	const head = text.split('\n').slice(0, HEAD_LINES).join('\n');
	const [, list] = /^Proves: ([\d., ]+)$/m.exec(head) ?? [];
	return list?.split(/,\s*/).map((id) => id.replace(/\.$/, '').trim()) ?? [];
}

/** When the newest file changed that a test could depend on. */
export function newestChangeMs(root: string): number {
	return Math.max(...listFiles(root, /./).map((file) => statSync(join(root, file)).mtimeMs));
}

function listFiles(root: string, pattern: RegExp): readonly string[] {
	return ['src', 'tests', 'tools', 'drizzle', 'static']
		.flatMap((folder) =>
			readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
				.filter((entry) => entry.isFile())
				.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
		)
		.filter((file) => pattern.test(file) && !file.includes('/generated/'))
		.toSorted();
}

function note(map: Map<string, string[]>, key: string, value: string): void {
	const values = map.get(key) ?? [];
	if (!values.includes(value)) map.set(key, [...values, value]);
}
