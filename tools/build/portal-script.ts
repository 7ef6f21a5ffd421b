// portal.js comes with every page, those of the offline room among them. It is written to be read and sent without its
// comments: a third of its bytes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minify } from 'vite';

/** Throws where the script is no JavaScript: a build without it would be one without sign-out. */
export async function shrinkPortalScript(assetsDir: string): Promise<void> {
	const path = join(assetsDir, 'portal.js');
	const { code, errors } = await minify(path, await readFile(path, 'utf8'));
	if (errors.length > 0) throw new Error(`portal.js: ${errors[0]?.message}`);
	await writeFile(path, code);
}
