import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handle, handleError } from '../../../hooks.server.ts';
import { generateKeys } from '../platform/keys.ts';
import { SYSTEM_IDS } from '../platform/ids.ts';
import { describeError, withLastResort } from './last-resort.ts';

let lines: Readonly<Record<string, unknown>>[];
beforeEach(() => {
	lines = [];
	vi.spyOn(console, 'log').mockImplementation(
		(line: string) => void lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>)
	);
});
afterEach(() => vi.restoreAllMocks());

test('ASVS 16.5.4: what nothing else has caught is answered without a word of it, and logged whole', async () => {
	const answer = await withLastResort(() => Promise.reject(new Error('select * from secrets')));
	const text = await answer.text();
	expect(answer.status).toBe(500);
	expect(answer.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
	expect(text).not.toMatch(/select|Error|\.ts/);
	const [line] = lines;
	expect(line).toMatchObject({ level: 'error', event: 'last-resort' });
	expect(String(line?.['error'])).toMatch(/select \* from secrets[^]*last-resort\.test/);
	expect(text).toContain(String(line?.['requestId']));
	// Not even an error.
	const odd = await withLastResort(async () => {
		throw 'a text';
	});
	expect(odd.status).toBe(500);
	const fine = new Response('fine');
	expect(await withLastResort(() => Promise.resolve(fine))).toBe(fine);
});

test('ASVS 16.5.4: the entry of the Worker asks Kit through it, for requests and for jobs', () => {
	const entry = readFileSync('src/worker.ts', 'utf8');
	expect(entry).toMatch(/withLastResort\(\(\) =>[^;]*kit\.fetch\(request/);
	expect(entry).toMatch(/await runJobs\(env, context\)\.catch\(/);
});

type Event = Parameters<typeof handle>[0]['event'];
const ORIGIN = 'https://portal.musterland.example';
const BINDINGS = {
	MODE: 'production',
	ORIGIN,
	DATABASE_URL: 'https://portal.fra.db.musterland.example',
	DATABASE_TOKEN: 'made-by-the-provider-0123456789',
	SMTP_HOST: 'mail.musterland.example',
	SMTP_PORT: '465',
	MAIL_FROM: 'portal@musterland.example',
	AUDIT_SINK_URL: 'https://auditor.example/portal/',
	SCANNER_URL: 'https://scanner.example/v2/scan',
	KEYS: JSON.stringify(generateKeys(SYSTEM_IDS.randomBytes))
};

function eventOf(url: string, init: RequestInit, routeId: string): Event {
	return {
		request: new Request(url, init),
		url: new URL(url),
		route: { id: routeId },
		params: {},
		locals: {},
		isDataRequest: false,
		cookies: { get: () => undefined },
		platform: { env: BINDINGS, ctx: { waitUntil: () => undefined } }
	} as unknown as Event;
}

test('ASVS 16.3.4: an unexpected error and a connection that was refused are logged with their cause', async () => {
	const event = eventOf(`${ORIGIN}/start`, {}, '/(customer)/start');
	event.locals.requestId = 'r1';
	const shown = await handleError({
		error: new Error('fetch failed', { cause: new Error('unable to verify the certificate') }),
		event,
		status: 500,
		message: 'Internal Error'
	});
	expect(shown).toEqual({ message: 'unexpected', requestId: 'r1' });
	expect(lines[0]).toMatchObject({
		level: 'error',
		event: 'database-unavailable',
		requestId: 'r1',
		route: '/(customer)/start'
	});
	expect(String(lines[0]?.['error'])).toContain('because unable to verify the certificate');
	await handleError({ error: new TypeError('a bug'), event, status: 500, message: '' });
	expect(lines[1]).toMatchObject({ level: 'error', event: 'unexpected-error', requestId: 'r1' });
	expect(String(lines[1]?.['error'])).toContain('a bug');
	expect(describeError('a text')).toBe('not an error');
});

const page = () => new Response('page');

test('ASVS 16.3.3: a request that was refused leaves a warning, and its reason shares the id', async () => {
	const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } };
	const event = eventOf(`${ORIGIN}/sign-in`, foreign, '/(public)/sign-in');
	expect((await handle({ event, resolve: page })).status).toBe(403);
	const { requestId } = event.locals;
	expect(lines).toMatchObject([
		{ level: 'warning', event: 'cross-site-refused', requestId },
		{ level: 'warning', event: 'request', requestId, status: 403, route: '/(public)/sign-in' }
	]);
	// Input against the rules, one call too many, a page without signing in.
	for (const status of [400, 401, 413, 422, 429]) {
		lines = [];
		const asked = eventOf(`${ORIGIN}/imprint`, {}, '/(public)/imprint');
		await handle({ event: asked, resolve: () => new Response(null, { status }) });
		expect(lines).toMatchObject([{ level: 'warning', event: 'request', status }]);
	}
	lines = [];
	await handle({ event: eventOf(`${ORIGIN}/imprint`, {}, '/(public)/imprint'), resolve: page });
	expect(lines).toMatchObject([{ level: 'info', event: 'request', status: 200 }]);
});

test('ASVS 4.1.2, ASVS 12.3.1: without encryption a page leads to itself with it, and nothing else is answered', async () => {
	const plain = ORIGIN.replace('https', 'http');
	const leads = await handle({
		event: eventOf(`${plain}/imprint?a=b`, {}, '/(public)/imprint'),
		resolve: page
	});
	expect(leads.status).toBe(308);
	expect(leads.headers.get('Location')).toBe(`${ORIGIN}/imprint?a=b`);
	const own = { method: 'POST', headers: { origin: ORIGIN } };
	for (const [path, init, route] of [
		['/api/session', {}, '/api/session'],
		['/api/health', {}, '/api/health'],
		['/sign-in', own, '/(public)/sign-in'],
		['/session', {}, '/(signed-in)/session']
	] as const) {
		const refused = await handle({ event: eventOf(plain + path, init, route), resolve: page });
		expect(refused.status, path).toBe(403);
		expect(refused.headers.get('Location'), path).toBeNull();
	}
});
