// What browsers load to read invoices (decision 0041) and PDFs (0079), from its packages to the static files.
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CODE_FILES, LICENCE_FILES, TEXT_FILES } from '#lib/offline/reading/files.ts';
import { PDF_READER_FILES, PDF_READER_FOLDER } from '#lib/ui/pdf-reader.ts';

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

export async function copyPdfReader(projectDir: string, assetsDir: string): Promise<void> {
	for (const [name, source] of Object.entries(PDF_READER_FILES)) {
		const from = join(projectDir, 'node_modules', source);
		await copy(from, join(assetsDir, PDF_READER_FOLDER, name));
	}
}

async function copy(from: string, to: string): Promise<void> {
	await mkdir(dirname(to), { recursive: true });
	if (!to.endsWith('.js')) return cp(from, to);
	await writeFile(to, (await readFile(from, 'utf8')).replace(MAP, ''));
}
