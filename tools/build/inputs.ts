import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDERS = ['src', 'static', 'tools/build', 'project.inlang'];
const FILES = [
	'_headers',
	'adapter.toml',
	'package-lock.json',
	'package.json',
	'svelte.config.js',
	'tsconfig.json',
	'vite.config.ts',
	'wrangler.toml'
];
const OUTSIDE = /\.test\.ts$|^src\/lib\/i18n\/generated\/|^project\.inlang\/(?!settings\.json)/;

/** One hash over everything that goes into a build: the same hash means the same build. */
export async function hashInputs(projectDir: string): Promise<string> {
	const folders = await Promise.all(FOLDERS.map((folder) => listFiles(projectDir, folder)));
	const files = [...FILES, ...folders.flat()].filter((file) => !OUTSIDE.test(file)).toSorted();
	const hash = createHash('sha256');
	for (const file of files) {
		const content = await readFile(join(projectDir, file)).catch(() => null);
		if (content) hash.update(`${file}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

async function listFiles(projectDir: string, folder: string): Promise<readonly string[]> {
	const entries = await readdir(join(projectDir, folder), {
		recursive: true,
		withFileTypes: true
	}).catch(() => []);
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(projectDir.length + 1));
}
