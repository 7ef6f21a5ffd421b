import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KEY_PURPOSES, type Keys } from '#lib/server/platform/keys.ts';
import { freshKeys } from '../keys/generate.ts';

/** Content of `keys.json` in the data directory; made on the first run, for development only. */
export async function localKeys(
	dataDir: string,
	onProgress?: (text: string) => void
): Promise<string> {
	const file = join(dataDir, 'keys.json');
	if (existsSync(file)) return completed(file);
	onProgress?.(`Making keys for development only in ${file}`);
	await mkdir(dataDir, { recursive: true, mode: 0o700 });
	const keys = JSON.stringify(freshKeys());
	await writeFile(file, keys, { mode: 0o600 });
	return keys;
}

/** A set from before a purpose was added gets a key for it, so that the local data stay readable. */
async function completed(file: string): Promise<string> {
	const text = await readFile(file, 'utf8');
	const known = JSON.parse(text) as Partial<Keys>;
	if (KEY_PURPOSES.every((purpose) => known[purpose])) return text;
	const keys = JSON.stringify({ ...freshKeys(), ...known });
	await writeFile(file, keys, { mode: 0o600 });
	return keys;
}
