// Everything the asset router needs to know, worked out once at start: it serves these files and no others, so no
// path can lead it out of the directory.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { headersFor, parseHeaderRules } from './header-rules.ts';

export type PlannedAsset = {
	readonly file: string;
	readonly headers: Readonly<Record<string, string>>;
};

export type AssetPlan = {
	/** By decoded path of the URL. */
	readonly assets: Readonly<Record<string, PlannedAsset>>;
	readonly redirects: Readonly<Record<string, string>>;
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
	css: 'text/css; charset=utf-8',
	gz: 'application/gzip',
	html: 'text/html; charset=utf-8',
	ico: 'image/vnd.microsoft.icon',
	jpg: 'image/jpeg',
	js: 'text/javascript; charset=utf-8',
	json: 'application/json',
	map: 'application/json',
	mjs: 'text/javascript; charset=utf-8',
	pdf: 'application/pdf',
	png: 'image/png',
	svg: 'image/svg+xml',
	ttf: 'font/ttf',
	txt: 'text/plain; charset=utf-8',
	wasm: 'application/wasm',
	webmanifest: 'application/manifest+json',
	webp: 'image/webp',
	woff2: 'font/woff2'
};

const NOT_SERVED = new Set(['_headers', '_redirects', '_routes.json', '.assetsignore']);

export async function planAssets(directory: string): Promise<AssetPlan> {
	const headerFile = join(directory, '_headers');
	const rules = parseHeaderRules(await readFile(headerFile, 'utf8').catch(() => ''));
	const assets: Record<string, PlannedAsset> = {};
	const redirects: Record<string, string> = {};
	for (const file of await listFiles(directory)) {
		const content = await readFile(join(directory, file));
		const path = pathOf(file);
		if (path !== `/${file}`) redirects[`/${file}`] = path;
		if (path.length > 1 && path.endsWith('/')) redirects[path.slice(0, -1)] = path;
		else if (path !== '/' && path !== `/${file}`) redirects[`${path}/`] = path;
		assets[path] = {
			file: file.split('/').map(encodeURIComponent).join('/'),
			headers: {
				'cache-control': 'public, max-age=0, must-revalidate',
				'content-type': contentTypeOf(file),
				etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`,
				...headersFor(path, rules)
			}
		};
	}
	return { assets, redirects };
}

export function contentTypeOf(file: string): string {
	const extension = file.split('.').at(-1)?.toLowerCase() ?? '';
	return CONTENT_TYPES[extension] ?? 'application/octet-stream';
}

/** Cloudflare's `html_handling = "auto-trailing-slash"`: pages are served without their extension. */
function pathOf(file: string): string {
	if (file === 'index.html') return '/';
	if (file.endsWith('/index.html')) return `/${file.slice(0, -'index.html'.length)}`;
	if (file.endsWith('.html')) return `/${file.slice(0, -'.html'.length)}`;
	return `/${file}`;
}

async function listFiles(directory: string): Promise<readonly string[]> {
	const entries = await readdir(directory, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(directory, join(entry.parentPath, entry.name)))
		.filter((file) => !NOT_SERVED.has(file))
		.toSorted();
}
