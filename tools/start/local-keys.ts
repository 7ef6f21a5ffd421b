import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshKeys } from '../keys/generate.ts';

/** Content of `keys.json` in the data directory; made on the first run, for development only. */
export async function localKeys(
	dataDir: string,
	onProgress?: (text: string) => void
): Promise<string> {
	const file = join(dataDir, 'keys.json');
	if (existsSync(file)) return readFile(file, 'utf8');
	onProgress?.(`Making keys for development only in ${file}`);
	await mkdir(dataDir, { recursive: true, mode: 0o700 });
	const keys = JSON.stringify(freshKeys());
	await writeFile(file, keys, { mode: 0o600 });
	return keys;
}
