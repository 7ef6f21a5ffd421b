import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planAssets, type AssetPlan } from './asset-plan.ts';
import router from './asset-router.ts';

let folder: string;
let plan: AssetPlan;

const FILES = {
	_headers: '/*\n  X-All: 1\n/shell\n  Cache-Control: no-cache\n',
	'.assetsignore': '_headers',
	'shell.html': '<h1>Shell</h1>',
	'shell/offline.html': '<h1>Offline</h1>',
	'help/index.html': '<h1>Help</h1>',
	'app.webmanifest': '{}',
	'with blank.txt': 'text',
	'_app/immutable/a.js': 'export {}'
};

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'portal-assets-'));
	for (const [file, content] of Object.entries(FILES)) {
		await mkdir(join(folder, file, '..'), { recursive: true });
		await writeFile(join(folder, file), content);
	}
	plan = await planAssets(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const asked: string[] = [];
const files = {
	async fetch(url: string, init?: { method: string }) {
		asked.push(url);
		const path = decodeURIComponent(new URL(url).pathname);
		const content = await readFile(join(folder, path));
		return new Response(init?.method === 'HEAD' ? null : content);
	}
};

const ask = (path: string, init?: RequestInit) =>
	router.fetch(new Request(`http://portal${path}`, init), { PLAN: plan, FILES: files });

describe('the asset router', () => {
	it.each([
		['/shell', 'text/html; charset=utf-8'],
		['/shell/offline', 'text/html; charset=utf-8'],
		['/help/', 'text/html; charset=utf-8'],
		['/app.webmanifest', 'application/manifest+json'],
		['/_app/immutable/a.js', 'text/javascript; charset=utf-8'],
		['/with%20blank.txt', 'text/plain; charset=utf-8']
	])('serves %s as %s', async (path, type) => {
		const answer = await ask(path);
		expect(answer.status).toBe(200);
		expect(answer.headers.get('content-type')).toBe(type);
		expect(answer.headers.get('x-all')).toBe('1');
	});

	it('applies the rules of _headers to the path of the page', async () => {
		expect((await ask('/shell')).headers.get('cache-control')).toBe('no-cache');
	});

	it.each([
		['/shell.html?a=1', '/shell?a=1'],
		['/shell/', '/shell'],
		['/help', '/help/'],
		['/help/index.html', '/help/']
	])('leads from %s to %s', async (from, to) => {
		const answer = await ask(from);
		expect([answer.status, answer.headers.get('location')]).toEqual([307, to]);
	});

	it.each([
		'/..%2fpackage.json',
		'/%2e%2e/package.json',
		'/..%5c..%5cetc/passwd',
		'/_app/..%2f..%2f..%2fetc/passwd',
		'//etc/passwd',
		'/_headers',
		'/.assetsignore',
		'/_app',
		'/_app/',
		'/__proto__',
		'/constructor',
		'/%',
		'/'
	])('answers 404 to %s and asks for no file', async (path) => {
		asked.length = 0;
		const answer = await ask(path);
		expect([answer.status, asked]).toEqual([404, []]);
	});

	it('answers 304 to who has the same content', async () => {
		const etag = (await ask('/shell')).headers.get('etag') ?? '';
		const answer = await ask('/shell', { headers: { 'if-none-match': `W/${etag}` } });
		expect([answer.status, await answer.text()]).toEqual([304, '']);
		expect((await ask('/shell', { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
	});

	it('answers a HEAD without a body and refuses to be written to', async () => {
		expect(await (await ask('/shell', { method: 'HEAD' })).text()).toBe('');
		const refused = await ask('/shell', { method: 'POST', body: 'x' });
		expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
	});
});
