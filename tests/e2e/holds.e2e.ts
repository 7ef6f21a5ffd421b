/** What holds for files, for addresses nobody has, and for malformed requests. Routes: crawl.e2e.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DEMO_ACCOUNTS } from '../../tools/seed/demo-data.ts';
import { ask, FORM } from './support/asking.ts';
import { expect, test } from './support/portal.ts';

test.describe.configure({ mode: 'default' });

const HEADERS = [
	...['strict-transport-security', 'x-content-type-options', 'x-frame-options'],
	...['referrer-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy'],
	...['permissions-policy', 'content-security-policy']
];

const filesBelow = (folder: string) =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** What browsers need, and nothing that once needed a plug-in. */
const SERVED_TYPES =
	/^(text\/(html|css|javascript|plain); charset=utf-8|application\/(gzip|json|manifest\+json|wasm)|image\/(png|svg\+xml)|font\/(ttf|woff2))$/;
/** Rules for the file server, and what the Worker alone reads: fonts for PDFs, common passwords, German banks. */
const NOT_SERVED = /^(_headers|\.assetsignore|(banks|fonts|passwords)\/.*)$/;

test('W3, ASVS 3.7.1, ASVS 13.4.7: every file of the build comes with the headers, its type and nothing else', async ({
	stack
}) => {
	const files = filesBelow('dist/assets').filter((file) => !NOT_SERVED.test(file));
	expect(files.length).toBeGreaterThan(30);
	for (const file of files) {
		const path = `/${file.replace(/\.html$/, '')}`;
		const { status, headers, what } = await ask(stack.portalUrl, null, path);
		expect(status, what).toBe(200);
		for (const name of HEADERS) expect(headers.get(name), `${name} of ${what}`).not.toBeNull();
		expect(headers.get('content-type'), what).toMatch(SERVED_TYPES);
		expect(headers.get('access-control-allow-origin'), what).toBeNull();
		expect(headers.get('set-cookie'), what).toBeNull();
	}
	const worker = await ask(stack.portalUrl, null, '/service-worker.js');
	expect(worker.headers.get('content-security-policy')).toBe(
		"default-src 'none'; script-src 'self'; connect-src 'self'"
	);
});

test('O2: neither sources, maps, folders, tools nor documents of its making can be fetched', async ({
	stack
}) => {
	for (const path of [
		...['/.git/HEAD', '/.git/config', '/.env', '/.npmrc', '/package.json', '/package-lock.json'],
		...['/src/worker.ts', '/src/app.html', '/worker.js', '/worker.js.map', '/portal.js.map'],
		...['/_headers', '/.assetsignore', '/_routes.json', '/..%2fworker%2fworker.js', '/sbom.json'],
		...['/icons/', '/icons', '/_app/', '/_app/immutable/', '/fonts/', '/.well-known/'],
		...['/api', '/api/', '/api/docs', '/openapi.json', '/swagger', '/metrics', '/status'],
		...['/debug', '/__inspect', '/@vite/client', '/@fs/etc/passwd', '/node_modules/svelte'],
		...['/cdn-cgi/handler/scheduled', '/cdn-cgi/mf/reload', '/__scheduled', '/_app/remote/x/y']
	]) {
		const { status, text, what } = await ask(stack.portalUrl, null, path);
		expect(status, what).toBe(404);
		expect(text, what).not.toContain('.svelte-kit');
	}
	for (const file of filesBelow('dist/assets')) {
		expect(file).not.toMatch(/\.(map|ts|svelte|sql|db|md|toml)$/);
		if (file.endsWith('.js') || file.endsWith('.css')) {
			expect(readFileSync(join('dist/assets', file), 'utf8'), file).not.toContain(
				'sourceMappingURL'
			);
		}
	}
});

test('O2: TRACE and other methods of the wire are refused and echo nothing', async ({ stack }) => {
	for (const method of ['TRACE', 'TRACK', 'PROPFIND', 'CONNECT']) {
		const heard = await sendRaw(stack.ports.portal, method);
		expect(heard.status, method).toBeGreaterThanOrEqual(400);
		expect(heard.text, method).not.toContain('echo-me');
	}
});

function sendRaw(port: number, method: string): Promise<{ status: number; text: string }> {
	return new Promise((resolve) => {
		const headers = { 'x-probe': 'echo-me' };
		const call = request({ host: '127.0.0.1', port, method, path: '/', headers }, (answer) => {
			let text = '';
			answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
			answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
		});
		call.on('connect', (answer) => resolve({ status: answer.statusCode ?? 0, text: '' }));
		// A server that hangs up has refused as well.
		call.on('error', () => resolve({ status: 499, text: '' }));
		call.end();
	});
}

test('O2: no answer names a part of the portal with its version', async ({ stack }) => {
	const version =
		/\b(svelte(kit)?|workerd|wrangler|node(\.js)?|libsql|sqlite|vite|lucia)[\s/@]+v?\d+\.\d+/i;
	for (const path of ['/', '/no-such-page', '/api/health', '/api/session', '/%', '/sign-in']) {
		const { headers, text, what } = await ask(stack.portalUrl, null, path);
		expect(text, what).not.toMatch(version);
		expect([...headers].join('\n'), what).not.toMatch(version);
	}
	expect((await ask(stack.portalUrl, null, '/api/health')).text).toBe('{"status":"ok"}');
	// Kit's mark of this build: the moment it was made, no version of anything.
	expect((await ask(stack.portalUrl, null, '/_app/version.json')).text).toMatch(
		/^\{"version":"\d+"\}$/
	);
});

test('O2, ASVS 6.3.2: the built Worker knows no demo account and no test', async () => {
	const bundle = [...filesBelow('dist/worker').map((file) => join('dist/worker', file))];
	const code = bundle
		.filter((file) => file.endsWith('.js'))
		.map((file) => readFileSync(file, 'utf8'));
	expect(code.join('').length).toBeGreaterThan(100_000);
	for (const { email, password } of DEMO_ACCOUNTS) {
		expect(code.some((text) => text.includes(email) || text.includes(password))).toBe(false);
	}
	expect(code.some((text) => /vitest|@playwright|failNext/.test(text))).toBe(false);
});

test('W7: no foreign place is gone on to', async ({ stack, cast }) => {
	const headers = { origin: stack.portalUrl, ...FORM };
	for (const next of [
		...['//evil.example', '/\\evil.example', '\\evil.example', 'https://evil.example'],
		...['javascript:alert(1)', 'data:text/html,x', '/%0d%0aLocation:evil', '/\t/evil.example', '']
	]) {
		const body = new URLSearchParams({ language: 'de', next }).toString();
		const switched = await ask(stack.portalUrl, null, '/language', {
			method: 'POST',
			headers,
			body
		});
		expect(switched.headers.get('location'), next).toBe('/');
		const form = new URLSearchParams({ email: 'x@example.org', password: 'x'.repeat(12), next });
		const signIn = { method: 'POST', headers, body: form.toString() };
		const step = await ask(stack.portalUrl, null, '/sign-in', signIn);
		expect(step.headers.get('location'), next).toMatch(/^\/sign-in\/code$/);
		const asked = await ask(
			stack.portalUrl,
			cast.ada,
			`/sign-in/code?next=${encodeURIComponent(next)}`
		);
		expect(asked.headers.get('location') ?? '/', next).toMatch(/^\/[a-z/-]*$/);
	}
});

test('B4: a malformed cookie or body is a bad request, never a broken page', async ({ stack }) => {
	for (const cookie of ['__Host-kp=%', '__Host-kp=%E0%A4%A', '__Host-kp=' + 'A'.repeat(3000)]) {
		const { status } = await ask(stack.portalUrl, null, '/start', { headers: { cookie } });
		expect(status).toBe(303);
	}
	const headers = {
		origin: stack.portalUrl,
		'content-type': 'multipart/form-data; boundary=x'
	};
	const answer = await ask(stack.portalUrl, null, '/sign-in', {
		method: 'POST',
		headers,
		body: 'no form'
	});
	expect(answer.status).toBe(400);
});
