/**
 * Every route of the built portal, asked by everybody in every way. A new route is asked by itself; only
 * a route that shows a new kind of object needs an example of it (support/cast.ts).
 */
import { ask, dataPathOf, FORM, type Heard } from './support/asking.ts';
import type { Cast } from './support/cast.ts';
import { expect, test } from './support/portal.ts';
import { listRouteFolders, listRoutes, nounsOf, type Route } from './support/routes.ts';
import { readAllRows } from './support/table-rows.ts';

// One portal with one cast serves the whole file.
test.describe.configure({ mode: 'default' });

/** Outside the group `(public)`, whoever comes may ask for these, and for nothing else. */
const OPEN_ROUTES: Readonly<Record<string, string>> = {
	'/api/health': 'says whether the database answers',
	'/api/receipt-keys': 'public keys that receipts are checked with',
	'/api/kept-forms':
		'keeps what was typed under the session of its cookie, and answers no more than whether',
	'/api/vault/removed': 'says whether the account behind a name that nobody can guess is gone',
	'/drafts/inbox/[id]': 'the same empty page under its own address',
	'/csp-report': 'takes reports of browsers, stores nothing',
	'/offline': 'static page for a device without network',
	'/shell': 'static and empty: the offline room on a device',
	'/drafts/rescue': 'the same empty page under its own address',
	'/drafts': 'the same empty page under its own address',
	'/drafts/lock': 'the same empty page under its own address',
	'/drafts/[id]/[[step]]': 'the same empty page under its own address'
};

/** For the insurer's own systems: they have no origin and no cookie, and a token or nothing (decision 0059). */
const isForSystems = ({ id }: Route) => id.startsWith('/api/v1/');

const isOpen = ({ id }: Route) => id.startsWith('/(public)') || Object.hasOwn(OPEN_ROUTES, id);

/** Who may see a route at all. */
function personOf({ id }: Route, cast: Cast) {
	return id.startsWith('/(staff)') ? cast.clerk : cast.ada;
}

const READING = ['GET', 'HEAD'];
const CHANGING = ['POST', 'PUT', 'PATCH', 'DELETE'];

test('Z1: the manifest, the sources and the list of open routes agree', async () => {
	const routes = await listRoutes();
	expect(routes.map(({ id }) => id).toSorted()).toEqual(listRouteFolders());
	const open = routes.filter(isOpen).map(({ id }) => `${id}: ${OPEN_ROUTES[id] ?? 'public'}`);
	test.info().annotations.push({ type: 'open to everybody', description: open.join('\n') });
	const known = new Set(routes.map(({ id }) => id));
	for (const id of Object.keys(OPEN_ROUTES)) expect(known, id).toContain(id);
});

test('Z1: whoever is not signed in gets no protected page, action, endpoint or data', async ({
	stack
}) => {
	const closed = (await listRoutes()).filter((route) => !isOpen(route));
	expect(closed.length).toBeGreaterThan(15);
	for (const route of closed) {
		const path = route.pathFor();
		const own: Readonly<Record<string, string>> = isForSystems(route)
			? { 'content-type': 'application/json' }
			: { origin: stack.portalUrl };
		const answers = [
			await ask(stack.portalUrl, null, path),
			await ask(stack.portalUrl, null, path, { method: 'HEAD' }),
			await ask(stack.portalUrl, null, dataPathOf(path))
		];
		for (const action of ['', '?/no-such-action', ...route.actions]) {
			const form = { method: 'POST', headers: { ...FORM, ...own }, body: 'x=1' };
			answers.push(await ask(stack.portalUrl, null, path + action, form));
		}
		for (const method of CHANGING) {
			answers.push(await ask(stack.portalUrl, null, path, { method, headers: own }));
		}
		for (const { what, status, headers } of answers) {
			expect([303, 401], what).toContain(status);
			if (status === 303) expect(headers.get('location'), what).toMatch(/^\/(staff\/)?sign-in/);
		}
	}
});

/** What everybody may fetch without harm, and what the two of them see when they look at everything. */
async function lookAtEverything(portalUrl: string, cast: Cast): Promise<readonly Heard[]> {
	const heard: Heard[] = [];
	for (const route of await listRoutes()) {
		for (const visitor of [null, cast.ada, cast.clerk]) {
			const path = route.pathFor(cast.adasIds);
			heard.push(await ask(portalUrl, visitor, path));
			heard.push(await ask(portalUrl, visitor, path, { method: 'HEAD' }));
			heard.push(await ask(portalUrl, visitor, dataPathOf(path)));
			heard.push(await ask(portalUrl, visitor, `${path}/`));
			heard.push(await ask(portalUrl, visitor, `${path}/no-such-page`));
			heard.push(await ask(portalUrl, visitor, path, { method: 'OPTIONS' }));
		}
		const evil = { headers: { origin: 'https://evil.example' }, method: 'POST' };
		heard.push(await ask(portalUrl, null, route.pathFor(), evil));
	}
	return heard;
}

/** A form of our own with nothing in it that a page asks for, sent by nobody. */
async function sendEverywhere(portalUrl: string): Promise<readonly Heard[]> {
	const heard: Heard[] = [];
	const form = { method: 'POST', headers: { origin: portalUrl, ...FORM }, body: 'x=1' };
	for (const route of await listRoutes()) {
		heard.push(await ask(portalUrl, null, route.pathFor(), form));
	}
	return heard;
}

const HEADERS: Readonly<Record<string, RegExp>> = {
	'strict-transport-security': /^max-age=63072000; includeSubDomains; preload$/,
	'x-content-type-options': /^nosniff$/,
	'x-frame-options': /^DENY$/,
	'referrer-policy': /^same-origin$/,
	'cross-origin-opener-policy': /^same-origin$/,
	'cross-origin-resource-policy': /^same-origin$/,
	'permissions-policy': /^camera=\(self\), geolocation=\(\), microphone=\(\), payment=\(\)$/,
	'content-security-policy': /frame-ancestors 'none'/
};

/** Files of the build that the service worker keeps: the only answers that a cache may hold. */
const isFile = (what: string) => / \/(shell|offline)\/? /.test(what);

test('W3, W4, ASVS 4.1.1, ASVS 13.4.6: headers, types and caching hold on every answer of every route', async ({
	stack,
	cast
}) => {
	const heard = [
		...(await lookAtEverything(stack.portalUrl, cast)),
		...(await sendEverywhere(stack.portalUrl))
	];
	expect(heard.length).toBeGreaterThan(500);
	const statuses = new Set(heard.map(({ status }) => status));
	for (const status of [200, 303, 308, 401, 403, 404, 405]) expect(statuses).toContain(status);
	for (const { what, status, headers, text } of heard) {
		for (const [name, pattern] of Object.entries(HEADERS)) {
			expect(headers.get(name) ?? '', `${name} of ${what}`).toMatch(pattern);
		}
		if (!isFile(what)) expect(headers.get('cache-control'), what).toBe('no-store');
		// ASVS 3.4.2: nobody else's page may read an answer.
		expect(headers.get('access-control-allow-origin'), what).toBeNull();
		for (const name of ['server', 'x-powered-by', 'via']) {
			expect(headers.get(name), `${name} of ${what}`).toBeNull();
		}
		const type = headers.get('content-type');
		if (text !== '') expect(type, what).not.toBeNull();
		if (type?.startsWith('text/')) expect(type.toLowerCase(), what).toContain('charset=utf-8');
		expect(status, what).toBeLessThan(500);
	}
});

/** The empty room takes any step; a confirmation that does not exist is a page that says so. */
const TAKES_ANY_WORD = /^\/(drafts|account\/confirm)\//;

test('W4: an address with the ending of a file is no way to a page, for its owner neither', async ({
	stack,
	cast
}) => {
	for (const route of await listRoutes()) {
		const path = route.pathFor(cast.adasIds);
		for (const tail of ['/x.css', '/x.js', '.css', '/..%2fx.css', ';x.css', '%00.css']) {
			if (path === '/') continue;
			const heard = await ask(stack.portalUrl, personOf(route, cast), path + tail);
			if (TAKES_ANY_WORD.test(path + tail)) {
				expect(heard.headers.get('cache-control'), heard.what).toBe('no-store');
				continue;
			}
			expect([400, 404, 405], heard.what).toContain(heard.status);
			for (const marker of cast.adasMarkers) expect(heard.text, heard.what).not.toContain(marker);
		}
	}
	expect((await ask(stack.portalUrl, cast.ada, '/account/x.css')).status).toBe(404);
});

test('ASVS 3.5.6, ASVS 3.5.7: no answer of a route is a script, whatever name a caller gives it', async ({
	stack,
	cast
}) => {
	for (const route of await listRoutes()) {
		const path = `${route.pathFor(cast.adasIds)}?callback=evilCallback&jsonp=evilCallback`;
		const { what, headers, text } = await ask(stack.portalUrl, personOf(route, cast), path);
		expect(headers.get('content-type') ?? '', what).not.toMatch(/script/);
		expect(text, what).not.toContain('evilCallback(');
	}
});

test("Z2, W4: for somebody else Ada's objects do not exist, and no answer holds a word of hers", async ({
	stack,
	cast
}) => {
	const isSameAsNothing = (mine: Heard, nothing: Heard, path: string, emptyPath: string) => {
		expect(mine.status, mine.what).toBe(nothing.status);
		expect(plain(mine, path), mine.what).toEqual(plain(nothing, emptyPath));
	};
	const rooms = (await listRoutes()).filter(
		(route) => !isOpen(route) && !route.id.startsWith('/(staff)')
	);
	for (const route of rooms) {
		const unknown = nounsOf(route.id).filter((noun) => !Object.hasOwn(cast.adasIds, noun));
		expect(unknown, 'kinds of object that support/cast.ts has no example of').toEqual([]);
		const [path, emptyPath] = [route.pathFor(cast.adasIds), route.pathFor()];
		const origin = { origin: stack.portalUrl };
		for (const method of route.methods) {
			// A PUT makes an object, and ending the session of Ben would end the test.
			if (method === 'PUT' || route.id.startsWith('/(signed-in)')) continue;
			if (method === 'POST' && route.id === '/(customer)/account/disown') continue;
			const form =
				method === 'POST' && route.isPage ? { headers: { ...origin, ...FORM }, body: '' } : {};
			const asked = { method, headers: { ...origin, ...TUS }, ...form };
			const mine = await ask(stack.portalUrl, cast.ben, path, asked);
			for (const marker of cast.adasMarkers) expect(mine.text, mine.what).not.toContain(marker);
			if (nounsOf(route.id).length === 0 || TAKES_ANY_WORD.test(path)) continue;
			isSameAsNothing(
				mine,
				await ask(stack.portalUrl, cast.ben, emptyPath, asked),
				path,
				emptyPath
			);
			if (READING.includes(method)) {
				expect(mine.status, mine.what).toBe(404);
				const seen = await ask(stack.portalUrl, cast.ada, path, asked);
				if (!hasNoContent(route)) expect(seen.status, seen.what).toBe(200);
			}
		}
	}
	for (const path of [
		'/start',
		'/account',
		'/claims',
		'/mailbox',
		'/contracts',
		'/api/offline-kit'
	]) {
		const { text, what } = await ask(stack.portalUrl, cast.ben, path);
		for (const marker of cast.adasMarkers) expect(text, what).not.toContain(marker);
	}
});

const TUS = { 'tus-resumable': '1.0.0', 'upload-offset': '0' };

/** A receipt is shown as a page of its own and has no PDF. */
const hasNoContent = ({ id }: Route) => id.endsWith('/pdf');

/** An answer without what is new every time: request id, nonce, and the address that was asked for. */
function plain({ headers, text, status }: Heard, path: string) {
	const clean = (value: string) =>
		value
			.replaceAll(path, '/OWN-PATH')
			.replace(/nonce[-=]"?[\w+/=]+"?/g, 'NONCE')
			.replace(/<code>[0-9a-f-]{36}<\/code>/g, 'REQUEST-ID')
			.replace(/"requestId":"[0-9a-f-]{36}"/g, 'REQUEST-ID');
	const kept = [...headers].filter(([name]) => name !== 'date' && name !== 'etag');
	return { status, headers: kept.map(([name, value]) => [name, clean(value)]), text: clean(text) };
}

/** What may still be on its way from signing in: mails that leave and marks of use. */
const BACKGROUND = ['mail_outbox', 'sessions'];

async function rowsBut(databaseUrl: string, tables: readonly string[]) {
	const rows = Object.entries(await readAllRows(databaseUrl));
	return Object.fromEntries(rows.filter(([table]) => !tables.includes(table)));
}

test('S9: whoever comes from elsewhere changes nothing, though the browser sends the cookie', async ({
	stack,
	cast
}) => {
	const types = [
		'application/x-www-form-urlencoded',
		'multipart/form-data; boundary=x',
		'text/plain',
		'application/json',
		null
	];
	const before = await rowsBut(stack.databaseUrl, BACKGROUND);
	for (const route of await listRoutes()) {
		if (route.id === '/csp-report') continue;
		const path = route.pathFor(cast.adasIds);
		for (const method of route.methods.filter((name) => CHANGING.includes(name))) {
			for (const action of route.actions.length > 0 ? route.actions : ['']) {
				for (const origin of ['https://evil.example', 'null', null]) {
					for (const type of types) {
						const headers = { ...(origin && { origin }), ...(type && { 'content-type': type }) };
						const body = type === null ? new Uint8Array([1]) : 'x=1';
						const asked = { method, headers, body };
						const heard = await ask(stack.portalUrl, personOf(route, cast), path + action, asked);
						// JSON without an origin is no page: a system is asked for its token, the cookie is none.
						const isJson = origin === null && type === 'application/json';
						const isSystem = isForSystems(route) && isJson;
						expect(heard.status, `${heard.what} ${origin} ${type}`).toBe(isSystem ? 401 : 403);
					}
				}
				const origin = stack.portalUrl;
				for (const headers of [
					{ origin, 'content-type': 'text/plain' },
					{ origin, ...FORM, 'sec-fetch-site': 'cross-site' },
					{ origin, ...FORM, 'sec-fetch-site': 'same-site' }
				]) {
					const asked = { method, headers, body: 'x=1' };
					const heard = await ask(stack.portalUrl, personOf(route, cast), path + action, asked);
					expect(heard.status, `${heard.what} ${JSON.stringify(headers)}`).toBe(403);
				}
			}
		}
	}
	expect(await rowsBut(stack.databaseUrl, BACKGROUND)).toEqual(before);
});

/** Noted by looking, on purpose: the log of who looked, and when and where a session was last used. */
const LOG_TABLES = /^(audit_|(claim|released_claim|account|conversation|coverage_inquiry)_looks$)/;

test('S9: looking at everything changes no row but the log of who looked', async ({
	stack,
	cast
}) => {
	// The first look at a document is noted on it; and mails on their way leave first.
	await lookAtEverything(stack.portalUrl, cast);
	await stack.runJobs();
	const lastSeen = ['sessions.last_seen_at_ms', 'sessions.origin'];
	const before = await readAllRows(stack.databaseUrl, lastSeen);
	await lookAtEverything(stack.portalUrl, cast);
	const after = await readAllRows(stack.databaseUrl, lastSeen);
	expect(Object.keys(before).length).toBeGreaterThan(15);
	for (const [table, rows] of Object.entries(before)) {
		if (LOG_TABLES.test(table)) expect(after[table]).toEqual(expect.arrayContaining([...rows]));
		else expect(after[table], table).toEqual(rows);
	}
});

test('a path of the API that is none of ours is a problem and no page', async ({ stack, cast }) => {
	for (const who of [null, cast.ada]) {
		for (const path of ['/api/v1/no-such-path', '/api/v1/contracts/x']) {
			const heard = await ask(stack.portalUrl, who, path);
			expect(heard.status, heard.what).toBe(404);
			expect(heard.headers.get('content-type'), heard.what).toBe('application/problem+json');
			expect(JSON.parse(heard.text), heard.what).toMatchObject({ code: 'portal/not-found' });
		}
	}
});

test('ASVS 4.1.4: a method that a route has no use for is refused', async ({ stack, cast }) => {
	for (const route of await listRoutes()) {
		if (['/shell', '/offline'].includes(route.id)) continue;
		for (const method of CHANGING.filter((name) => !route.methods.includes(name))) {
			const headers = { origin: stack.portalUrl, ...FORM };
			const asked = { method, headers, body: '' };
			const path = route.pathFor(cast.adasIds);
			const heard = await ask(stack.portalUrl, personOf(route, cast), path, asked);
			// Where systems come in, a page of ours is as foreign as any other.
			expect(heard.status, heard.what).toBe(isForSystems(route) ? 403 : 405);
		}
	}
});
