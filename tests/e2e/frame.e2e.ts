/** What every page has in its frame, and what no answer has in it: asked of every route of the build. */
import { createClient } from '@libsql/client';
import { ask, dataPathOf, FORM, type Heard } from './support/asking.ts';
import type { Cast } from './support/cast.ts';
import { expect, test } from './support/portal.ts';
import { listRoutes } from './support/routes.ts';

test.describe.configure({ mode: 'default' });

const isHtml = ({ status, headers }: Heard) =>
	status === 200 && (headers.get('content-type') ?? '').startsWith('text/html');

async function everyPage(portalUrl: string, cast: Cast): Promise<readonly Heard[]> {
	const heard: Heard[] = [];
	for (const { id, isPage, pathFor } of await listRoutes()) {
		if (!isPage) continue;
		const visitor = id.startsWith('/(staff)') ? cast.clerk : cast.ada;
		for (const asker of id.startsWith('/(public)') ? [null, visitor] : [visitor]) {
			heard.push(await ask(portalUrl, asker, pathFor(cast.adasIds)));
		}
	}
	return heard.filter(isHtml);
}

test('ASVS 7.4.4: every page behind a sign-in has a button that signs out, by a form that needs no script', async ({
	stack,
	cast
}) => {
	let seen = 0;
	for (const { id, isPage, pathFor } of await listRoutes()) {
		if (!isPage || !/^\/\((customer|staff)\)/.test(id)) continue;
		const visitor = id.startsWith('/(staff)') ? cast.clerk : cast.ada;
		const page = await ask(stack.portalUrl, visitor, pathFor(cast.adasIds));
		if (!isHtml(page)) continue;
		seen += 1;
		const form = /<form[^>]*action="\/sign-out"[^>]*>[^]*?<\/form>/.exec(page.text)?.[0] ?? '';
		expect(form, page.what).toMatch(/method="post"/i);
		expect(form, page.what).toMatch(/<button(?![^>]*\shidden)[^>]*>/);
	}
	expect(seen).toBeGreaterThan(15);
});

test('ASVS 7.6.2: looking at pages opens no session, for nobody', async ({ stack, cast }) => {
	const client = createClient({ url: stack.databaseUrl });
	const countSessions = async () =>
		Number((await client.execute('select count(*) as n from sessions')).rows[0]?.['n']);
	try {
		const before = await countSessions();
		for (const { pathFor } of await listRoutes()) {
			for (const visitor of [null, cast.ada, cast.clerk]) {
				for (const path of [pathFor(cast.adasIds), dataPathOf(pathFor(cast.adasIds))]) {
					const { headers, what } = await ask(stack.portalUrl, visitor, path);
					const cookies = headers.getSetCookie().join('\n');
					expect(cookies, what).not.toMatch(/^__Host-kp=[^;]/m);
				}
			}
		}
		expect(await countSessions()).toBeLessThanOrEqual(before);
	} finally {
		client.close();
	}
});

test('ASVS 3.7.3: no page leads out of the portal, so nobody has to be warned of it', async ({
	stack,
	cast
}) => {
	const pages = await everyPage(stack.portalUrl, cast);
	expect(pages.length).toBeGreaterThan(30);
	for (const { what, text } of pages) {
		for (const [, name, target = ''] of text.matchAll(
			/\s(href|action|formaction|src)="([^"]*)"/g
		)) {
			expect(target, `${name} of ${what}`).toMatch(/^(\/(?!\/)|#|\?|\.|tel:|mailto:|$)/);
		}
		expect(text, what).not.toMatch(/http-equiv="refresh"/i);
	}
});

test('a public page leads its reader on: to the sign-in, or back to where they are signed in', async ({
	stack,
	cast
}) => {
	const headerOf = async (visitor: Cast['ada'] | null, path: string) =>
		/<header[^>]*>[^]*?<\/header>/.exec((await ask(stack.portalUrl, visitor, path)).text)?.[0] ??
		'';
	for (const path of ['/help', '/imprint', '/privacy']) {
		expect(await headerOf(null, path)).toContain('href="/sign-in"');
		for (const visitor of [cast.ada, cast.clerk]) {
			const header = await headerOf(visitor, path);
			expect(header).not.toContain('href="/sign-in"');
			expect(header).toMatch(/class="btn[^"]*" href="\/"/);
		}
	}
	const { status, headers } = await ask(stack.portalUrl, cast.ada, '/');
	expect([status, headers.get('location')]).toEqual([303, '/start']);
});

/** Columns that no answer may ever carry, whoever asks: hashes, keys and what is sealed. */
const SECRET_COLUMN = /hash|secret|token|key|salt|payload|_index$|tag$/;
/** What a device and its owner compare, and what a receipt says. */
const SHOWN_COLUMN = /manifest|sha256|receipt|^content/;

test('ASVS 15.3.1: no answer carries a column that its page does not show', async ({
	stack,
	cast
}) => {
	const client = createClient({ url: stack.databaseUrl });
	const secrets = new Map<string, string>();
	try {
		const { rows: tables } = await client.execute(
			"select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
		);
		for (const table of tables.map(({ name }) => String(name))) {
			if (table.startsWith('audit') || table === 'migrations') continue;
			const { columns, rows } = await client.execute(`select * from "${table}" limit 500`);
			for (const row of rows) {
				for (const column of columns) {
					const value = row[column];
					const isBlob = value instanceof ArrayBuffer;
					if (SHOWN_COLUMN.test(column)) continue;
					if (!isBlob && !(SECRET_COLUMN.test(column) && typeof value === 'string')) continue;
					const spellings = isBlob
						? ['hex', 'base64', 'base64url'].map((form) =>
								Buffer.from(value)
									.subarray(0, 32)
									.toString(form as 'hex')
									.slice(0, 30)
							)
						: [value];
					for (const text of spellings) {
						if (text.length >= 16) secrets.set(text, `${table}.${column}`);
					}
				}
			}
		}
	} finally {
		client.close();
	}
	expect(secrets.size).toBeGreaterThan(50);
	for (const { id, pathFor } of await listRoutes()) {
		const visitor = id.startsWith('/(staff)') ? cast.clerk : cast.ada;
		for (const path of [pathFor(cast.adasIds), dataPathOf(pathFor(cast.adasIds))]) {
			const { text, what } = await ask(stack.portalUrl, visitor, path);
			const found = [...secrets].filter(([secret]) => text.includes(secret));
			expect(
				found.map(([, column]) => column).filter((column) => !isForItsOwner(column, path)),
				what
			).toEqual([]);
		}
	}
});

/** Ids of list entries that are hashes by design (which session to end), and the offline kit's own keys. */
function isForItsOwner(column: string, path: string): boolean {
	// A draft's copy is sealed by the device and goes back to it as it came (decision 0046).
	if (/^\/api\/drafts\//.test(path)) return /^draft_(snapshots|parts)\.sealed$/.test(column);
	if (/^\/account\/devices/.test(path))
		return /^(sessions|known_devices|draft_devices|vault_devices)\./.test(column);
	return false;
}

const WHOLE_IBAN = /[A-Z]{2}\d{2}(?: ?\d{4}){4,7}(?: ?\d{1,3})?/;

test('D8: the whole IBAN is on the answer that asked for it and nowhere else, and the log says so', async ({
	stack,
	cast
}) => {
	const path = `/contracts/${cast.adasIds['contracts'] ?? ''}`;
	expect((await ask(stack.portalUrl, cast.ada, path)).text).not.toMatch(WHOLE_IBAN);
	const form = {
		method: 'POST',
		headers: { origin: stack.portalUrl, ...FORM },
		body: 'shown=1'
	};
	const shown = await ask(stack.portalUrl, cast.ada, `${path}?/reveal`, form);
	expect(shown.status).toBe(200);
	expect(shown.text).toMatch(WHOLE_IBAN);
	expect(shown.headers.get('cache-control')).toBe('no-store');
	expect((await ask(stack.portalUrl, cast.ada, path)).text).not.toMatch(WHOLE_IBAN);
	expect((await ask(stack.portalUrl, cast.ada, '/account/activity')).text).toMatch(
		/IBAN (angezeigt|shown)/
	);
	expect((await ask(stack.portalUrl, cast.ben, `${path}?/reveal`, form)).status).toBe(404);
});

test('F6: every file leaves as an attachment that may do nothing, under a name of ours', async ({
	stack,
	cast
}) => {
	const { claims = '', files = '' } = cast.adasIds;
	for (const [visitor, path] of [
		[cast.clerk, `/staff/claims/${claims}/files/${files}`],
		[cast.ada, '/account/log'],
		[cast.ada, '/account/log?format=csv']
	] as const) {
		const { status, headers, what } = await ask(stack.portalUrl, visitor, path);
		expect(status, what).toBe(200);
		expect(headers.get('content-disposition'), what).toMatch(
			/^attachment; filename="[\w .()-]+"; filename\*=UTF-8''[\w.%()-]+$/
		);
		expect(headers.get('content-security-policy'), what).toMatch(/^sandbox; default-src 'none'/);
		expect(headers.get('cross-origin-resource-policy'), what).toBe('same-origin');
		expect(headers.get('x-content-type-options'), what).toBe('nosniff');
		expect(headers.get('cache-control'), what).toBe('no-store');
		expect(headers.get('content-type'), what).toMatch(
			/^(image\/(jpeg|png)|application\/(pdf|json)|text\/csv)/
		);
	}
});
