/** What holds on every answer of the built Worker, whoever asks. */
import { readdirSync } from 'node:fs';
import { expect, test } from './support/portal.ts';

const HEADERS: Readonly<Record<string, RegExp>> = {
	'strict-transport-security': /max-age=63072000; includeSubDomains/,
	'x-content-type-options': /^nosniff$/,
	'x-frame-options': /^DENY$/,
	'referrer-policy': /^same-origin$/,
	'cross-origin-opener-policy': /^same-origin$/,
	'cross-origin-resource-policy': /^same-origin$/,
	'permissions-policy': /geolocation=\(\)/,
	'content-security-policy': /frame-ancestors 'none'|default-src 'none'/
};

const ask = (url: string, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init });

test('W3: every kind of answer carries the security headers, and only files may be cached', async ({
	stack
}) => {
	const pages = [
		'/',
		'/sign-in',
		'/no-such-page',
		'/start',
		'/api/session',
		'/api/health',
		'/claims/__data.json',
		'/drafts',
		'/claims/',
		'/_app/no-such-file.js'
	];
	const files = [
		'/service-worker.js',
		'/portal.js',
		'/app.webmanifest',
		'/robots.txt',
		'/icons/icon.svg'
	];
	for (const path of [...pages, ...files]) {
		const answer = await ask(stack.portalUrl + path);
		for (const [name, pattern] of Object.entries(HEADERS)) {
			expect(answer.headers.get(name) ?? '', `${name} of ${path}`).toMatch(pattern);
		}
		if (pages.includes(path)) {
			expect(answer.headers.get('cache-control'), path).toBe('no-store');
		}
		expect(answer.headers.get('server'), path).toBeNull();
	}
});

test('W1: a page allows no inline script, no foreign source and no frame', async ({ stack }) => {
	const policy =
		(await ask(`${stack.portalUrl}/sign-in`)).headers.get('content-security-policy') ?? '';
	const directives = new Map(
		policy.split(';').map((part) => {
			const [name = '', ...values] = part.trim().split(/\s+/);
			return [name, values] as const;
		})
	);
	expect(directives.get('default-src')).toEqual(["'none'"]);
	expect(directives.get('require-trusted-types-for')).toEqual(["'script'"]);
	for (const name of ['script-src', 'style-src']) {
		for (const value of directives.get(name) ?? ['missing']) {
			expect(value, name).toMatch(/^'self'$|^'nonce-[\w+/=-]+'$/);
		}
	}
	for (const name of [
		'script-src-attr',
		'style-src-attr',
		'object-src',
		'frame-src',
		'base-uri',
		'frame-ancestors'
	]) {
		expect(directives.get(name), name).toEqual(["'none'"]);
	}
});

/** Every URL the portal has, from its route files, with made-up parameters. */
function listRoutes(): readonly { readonly id: string; readonly path: string }[] {
	return readdirSync('src/routes', { recursive: true, encoding: 'utf8' })
		.filter((file) => /\+(page\.svelte|server\.ts)$/.test(file))
		.map((file) => {
			const id = `/${file.split('/').slice(0, -1).join('/')}`;
			const path = id
				.replace(/\/\([a-z-]+\)/g, '')
				.replace(/\/\[\[\w+\]\]/g, '')
				.replace(/\[\w+\]/g, '01990000-0000-7000-8000-000000000000');
			return { id, path: path === '' ? '/' : path };
		});
}

const isOpenToAll = (id: string) =>
	id.startsWith('/(public)') || /^\/(drafts|shell|offline|api\/health|csp-report)/.test(id);

test('Z1: whoever is not signed in gets no protected page, action, endpoint or data', async ({
	stack
}) => {
	const closed = listRoutes().filter(({ id }) => !isOpenToAll(id));
	expect(closed.length).toBeGreaterThan(15);
	for (const { id, path } of closed) {
		const url = stack.portalUrl + path;
		const own = { origin: stack.portalUrl };
		const form = { ...own, 'content-type': 'application/x-www-form-urlencoded' };
		const answers = [
			await ask(url),
			await ask(url, { method: 'POST', headers: form, body: '' }),
			await ask(url, { method: 'PUT', headers: own }),
			await ask(url, { method: 'PATCH', headers: own }),
			await ask(url, { method: 'DELETE', headers: own }),
			await ask(`${url}/__data.json`)
		];
		for (const answer of answers) {
			expect([303, 401, 404, 405], `${id}: ${answer.status}`).toContain(answer.status);
			const target = answer.headers.get('location') ?? '/sign-in';
			expect(target, id).toMatch(/^\/(staff\/)?sign-in/);
		}
	}
});

test('S9: a changing request from elsewhere is refused, whatever it calls itself', async ({
	stack
}) => {
	const before = stack.database()?.stats().statements;
	for (const origin of ['https://evil.example', 'null', null]) {
		for (const type of [
			'application/x-www-form-urlencoded',
			'multipart/form-data; boundary=x',
			'text/plain',
			'application/json',
			null
		]) {
			for (const path of [
				'/register',
				'/sign-in',
				'/sign-out',
				'/language',
				'/api/vault',
				'/api/uploads'
			]) {
				const headers: Record<string, string> = {};
				if (origin !== null) headers['origin'] = origin;
				if (type !== null) headers['content-type'] = type;
				const body = type === null ? new Uint8Array([1]) : 'x=1';
				const answer = await ask(stack.portalUrl + path, { method: 'POST', headers, body });
				expect(answer.status, `${path} ${origin} ${type}`).toBe(403);
			}
		}
	}
	expect(stack.database()?.stats().statements).toBe(before);
});

test('W4, W7: an address with a file ending is no way around, and no foreign place is gone on to', async ({
	stack
}) => {
	expect((await ask(`${stack.portalUrl}/account/x.css`)).status).toBe(404);
	const answer = await ask(`${stack.portalUrl}/language`, {
		method: 'POST',
		headers: { origin: stack.portalUrl, 'content-type': 'application/x-www-form-urlencoded' },
		body: 'language=en&next=//evil.example'
	});
	expect(answer.status).toBe(303);
	expect(answer.headers.get('location')).toBe('/');
});

test('O2: neither sources, source maps nor the repository can be fetched', async ({ stack }) => {
	for (const path of [
		'/.git/HEAD',
		'/package.json',
		'/src/worker.ts',
		'/_headers',
		'/portal.js.map',
		'/.assetsignore',
		'/..%2fworker%2fworker.js'
	]) {
		expect((await ask(stack.portalUrl + path)).status, path).toBe(404);
	}
});

test('a malformed cookie or body is a bad request, never a broken page', async ({ stack }) => {
	for (const cookie of ['__Host-kp=%', '__Host-kp=%E0%A4%A', '__Host-kp=' + 'A'.repeat(3000)]) {
		expect((await ask(`${stack.portalUrl}/start`, { headers: { cookie } })).status).toBe(303);
	}
	const form = { origin: stack.portalUrl, 'content-type': 'multipart/form-data; boundary=x' };
	const answer = await ask(`${stack.portalUrl}/sign-in`, {
		method: 'POST',
		headers: form,
		body: 'no form'
	});
	expect(answer.status).toBeGreaterThanOrEqual(400);
	expect(answer.status).toBeLessThan(500);
});
