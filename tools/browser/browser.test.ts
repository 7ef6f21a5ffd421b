import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser, findPresentBrowser } from './browser.ts';

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'portal-browser-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, output: string, code = 0): Promise<string> {
	const path = join(folder, name);
	await writeFile(path, `#!/bin/sh\necho "${output}"\nexit ${code}\n`);
	await chmod(path, 0o755);
	return path;
}

describe('findPresentBrowser', () => {
	it('takes a Chromium from the search path', async () => {
		const path = await program('chromium', 'Chromium 156.0');
		expect(await findPresentBrowser({ PATH: folder })).toBe(path);
	});

	it('passes over one that does not start', async () => {
		await program('chromium', 'Install it with: snap install chromium', 1);
		const chrome = await program('google-chrome', 'Google Chrome 156.0');
		expect(await findPresentBrowser({ PATH: folder })).toBe(chrome);
	});

	it('prefers the one that CHROME_PATH names', async () => {
		await program('chromium', 'Chromium 156.0');
		const own = await program('my-browser', 'Chromium 157.0');
		expect(await findPresentBrowser({ PATH: folder, CHROME_PATH: own })).toBe(own);
	});
});

describe('findBrowser', () => {
	it('downloads nothing when there is one', async () => {
		const path = await program('chromium', 'Chromium 156.0');
		const said: string[] = [];
		expect(await findBrowser({ env: { PATH: folder }, say: (text) => said.push(text) })).toBe(path);
		expect(said).toEqual([]);
	});
});
