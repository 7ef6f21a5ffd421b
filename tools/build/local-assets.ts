import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BANK_LIST_PATH } from '#lib/server/platform/german-banks.ts';
import { PASSWORD_LIST_PATH } from '#lib/server/platform/password-list.ts';
import { bankList } from './bank-list.ts';
import { FONT_FILES, FONT_SOURCE } from './fonts.ts';
import { passwordList } from './password-list.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** The binding ASSETS of the development server: only what the Worker itself fetches. */
export async function fetchLocalAsset(input: Request | string | URL): Promise<Response> {
	const { pathname } = new URL(input instanceof Request ? input.url : input);
	if (pathname === PASSWORD_LIST_PATH) return new Response(await passwordList());
	if (pathname === BANK_LIST_PATH) return new Response(await bankList());
	const font = Object.entries(FONT_FILES).find(([, name]) => pathname === `/fonts/${name}`);
	if (!font) return new Response('Not found', { status: 404 });
	return new Response(await readFile(join(PROJECT_DIR, FONT_SOURCE, font[0])));
}
