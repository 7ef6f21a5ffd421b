// What devices load to read invoices, from its packages to the static files (decision 0041).
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CODE_FILES, LICENCE_FILES, TEXT_FILES } from '#lib/offline/reading/files.ts';

/** Scripts lose the pointer to a map that is not served (O2). */
const MAP = /\n?\/\/# sourceMappingURL=\S+\s*$/;

export async function copyReadingFiles(projectDir: string, assetsDir: string): Promise<void> {
	for (const { path, source, bytes } of [...CODE_FILES, ...TEXT_FILES]) {
		if (source === null) continue;
		const from = join(projectDir, 'node_modules', source);
		const { size } = await stat(from);
		// The customer is told this size before anything is loaded.
		if (size !== bytes) throw new Error(`${source} has ${size} bytes: say so in reading/files.ts`);
		await copy(from, join(assetsDir, path));
	}
	for (const { path, source } of LICENCE_FILES) {
		await copy(join(projectDir, 'node_modules', source), join(assetsDir, path));
	}
}

async function copy(from: string, to: string): Promise<void> {
	await mkdir(dirname(to), { recursive: true });
	if (!to.endsWith('.js')) return cp(from, to);
	await writeFile(to, (await readFile(from, 'utf8')).replace(MAP, ''));
}
