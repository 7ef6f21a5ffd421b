// Runs in workerd as the binding ASSETS and stands in for Cloudflare's static assets (tools/start/workerd.ts).
import type { AssetPlan } from './asset-plan.ts';

type Env = {
	readonly PLAN: AssetPlan;
	readonly FILES: { fetch(url: string, init?: { method: string }): Promise<Response> };
};

export default {
	async fetch(request: Request, { PLAN, FILES }: Env): Promise<Response> {
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
		}
		const url = new URL(request.url);
		const path = decode(url.pathname);
		const redirect = lookUp(PLAN.redirects, path);
		if (redirect) {
			return new Response(null, { status: 307, headers: { location: redirect + url.search } });
		}
		const asset = lookUp(PLAN.assets, path);
		if (!asset) {
			return new Response('Not found', { status: 404, headers: { 'cache-control': 'no-store' } });
		}
		if (isKnown(request.headers.get('if-none-match'), asset.headers.etag)) {
			return new Response(null, { status: 304, headers: asset.headers });
		}
		const file = await FILES.fetch(`http://files/${asset.file}`, { method: request.method });
		if (!file.ok) return new Response('Not found', { status: 404 });
		return new Response(file.body, { headers: asset.headers });
	}
};

function lookUp<T>(table: Readonly<Record<string, T>>, path: string): T | undefined {
	return Object.hasOwn(table, path) ? table[path] : undefined;
}

function isKnown(ifNoneMatch: string | null, etag: string | undefined): boolean {
	const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
	return etag !== undefined && known.includes(etag);
}

function decode(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}
