/** What no form and no device of ours would send: refused with a message, never a fault of ours. */
import { randomUUID } from 'node:crypto';
import { createClient } from '@libsql/client';
import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import type { Stack } from '../../tools/start/stack.ts';
import { USER_AGENT } from '../bench/portal/visitor.ts';
import { Authenticator } from './support/codes.ts';
import { mailsTo } from './support/mailbox.ts';
import { forgetSteps } from './support/newcomer.ts';
import { signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, test } from './support/portal.ts';

const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=x';
const FORMS = ['/sign-in', '/sign-in/code', '/register', '/register/verify', '/staff/sign-in'];
const words = wordsOf(DESKTOP);

/** As a browser posts a form, or, with `asScript`, as the enhancement of a form does. */
function post(
	stack: Stack,
	path: string,
	body: BodyInit,
	more: { readonly type?: string; readonly asScript?: boolean; readonly cookie?: string } = {}
): Promise<Response> {
	return fetch(stack.portalUrl + path, {
		method: 'POST',
		redirect: 'manual',
		headers: {
			origin: stack.portalUrl,
			'content-type': more.type ?? URLENCODED,
			'accept-language': 'en',
			...(more.asScript
				? { accept: 'application/json', 'x-sveltekit-action': 'true' }
				: { accept: 'text/html' }),
			...(more.cookie ? { cookie: more.cookie } : {})
		},
		body
	});
}

/** A text as Svelte writes it into a page. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

async function rowsOf(stack: Stack, sql: string): Promise<unknown[][]> {
	const client = createClient({ url: stack.bindings['DATABASE_URL'] ?? '' });
	try {
		return (await client.execute(sql)).rows.map((row) => Object.values(row));
	} finally {
		client.close();
	}
}

/** The cookies of a signed-in customer, for requests that no browser would make. */
async function cookiesOfCustomer(stack: Stack & { dataDir: string }, page: Page): Promise<string> {
	const customer = (await readDemo(stack.dataDir)).accounts.find((one) => one.role === 'customer');
	if (!customer) throw new Error('the demo has no customer');
	const app = new Authenticator(customer.secret, forgetSteps(stack));
	await signIn(page, `${stack.portalUrl}/sign-in`, customer, app, words, /\/start$/);
	const cookies = await page.context().cookies();
	return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

test('B4: a malformed cookie counts as none, on every kind of page', async ({ stack }) => {
	const long = 'A'.repeat(8000);
	for (const value of ['%', '%zz', '%E0%A4%A', '"', '=', ';;;', 'é', '\u0001'.repeat(3), long]) {
		const bytes = Buffer.from(value).toString('latin1');
		for (const name of ['__Host-kp', '__Host-kp-sign-in', 'kp-language', 'PARAGLIDE_LOCALE', '']) {
			const ask = (path: string) =>
				fetch(stack.portalUrl + path, {
					redirect: 'manual',
					headers: { cookie: `${name}=${bytes}` }
				}).catch((error: unknown) => error);
			for (const [path, status] of [
				['/start', 303],
				['/sign-in', 200],
				['/api/session', 401]
			] as const) {
				const answer = await ask(path);
				// A character that no header may hold does not even leave this side.
				if (!(answer instanceof Response)) continue;
				expect(answer.status, `${path} ${name}=${value.slice(0, 20)}`).toBe(status);
			}
		}
	}
});

test('B4: a doubled, cut off or nameless form is refused with 400 and says so', async ({
	stack
}) => {
	for (const path of FORMS) {
		for (const asScript of [false, true]) {
			for (const [type, body] of [
				[URLENCODED, 'email=a%40example.org&email=b%40example.org'],
				[URLENCODED, 'email=a%40example.org&__proto__=x'],
				[URLENCODED, '__proto__[role]=clerk&__proto__=x'],
				[URLENCODED, '&&&==&='],
				[MULTIPART, '--x\r\nContent-Disposition: form-data; name="em'],
				[MULTIPART, 'no form']
			] as const) {
				const answer = await post(stack, path, body, { type, asScript });
				const text = await answer.text();
				expect(answer.status, `${path} ${body}`).toBe(400);
				if (!asScript) expect(text).toContain(m.portal_error_400_title({}, { locale: 'en' }));
			}
		}
	}
});

test('B4: arrays, objects and odd bytes in fields are answered beside the field', async ({
	stack
}) => {
	const oddBytes = 'email=%00%ff%fe&password=%ED%A0%80&code=%00';
	for (const path of FORMS) {
		for (const asScript of [false, true]) {
			for (const body of [
				'email[]=a&email[]b=c&password[x]=y',
				'constructor=x&toString=y&hasOwnProperty=z&prototype=q',
				oddBytes,
				'',
				'&&&=',
				`${'a'.repeat(10_000)}=1`,
				Array.from({ length: 5000 }, (_, index) => `f${index}=1`).join('&')
			]) {
				const answer = await post(stack, path, body, { asScript });
				const label = `${path} ${asScript ? 'as script' : 'as form'} ${body.slice(0, 40)}`;
				if (asScript) expect(answer.status, label).toBe(200);
				// The enhancement reads the status inside.
				const { status } = asScript ? ((await answer.json()) as { status: number }) : answer;
				// The sign-in says of no address that it is none: it goes on to the code.
				const goesOn = body === oddBytes && /\/sign-in$/.test(path);
				expect(status, label).toBe(goesOn ? 303 : 400);
			}
		}
	}
});

test('B4: a form larger than any form is refused with 413 and says so', async ({ stack }) => {
	for (const path of FORMS) {
		const answer = await post(stack, path, `email=${'a'.repeat(2_000_000)}`);
		expect(answer.status, path).toBe(413);
		expect(await answer.text()).toContain(m.portal_error_413_title({}, { locale: 'en' }));
	}
});

test('B4: an address that does not decode is a bad request or not found', async ({ stack }) => {
	for (const [path, status] of [
		['/%', 400],
		['/claims/%zz', 400],
		['/contracts/%c0%80', 400],
		// They decode; who is not signed in goes to the door.
		['/claims/%00', 303],
		['/claims?page=%', 303]
	] as const) {
		const answer = await fetch(stack.portalUrl + path, { redirect: 'manual' });
		expect(answer.status, path).toBe(status);
	}
});

test('B4, Z3: JSON and uploads that are not what they should be change no row', async ({
	stack,
	device
}) => {
	const context = await device.open(DESKTOP);
	const cookie = await cookiesOfCustomer(stack, await context.newPage());
	await context.close();
	const send = (method: string, path: string, body: BodyInit, more: Record<string, string> = {}) =>
		fetch(stack.portalUrl + path, {
			method,
			redirect: 'manual',
			headers: {
				origin: stack.portalUrl,
				'content-type': 'application/json',
				...{ cookie, 'user-agent': USER_AGENT },
				...more
			},
			body
		});
	const before = await rowsOf(stack, 'select count(*) from submissions');
	const accounts = await rowsOf(stack, 'select id, role, status from accounts order by id');
	const content = { contractId: randomUUID(), insuredPersonId: randomUUID() };
	const deep = '['.repeat(10_000) + ']'.repeat(10_000);
	for (const body of [
		deep,
		`{"draftId":${deep}}`,
		'{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
		'{"__proto__":{"role":"clerk"}}',
		'{"constructor":{"prototype":{"role":"clerk"}}}',
		JSON.stringify({ draftId: [randomUUID()], content, files: 'x' }),
		JSON.stringify({ draftId: randomUUID(), content, files: [], role: 'clerk' }),
		'{',
		'',
		'null',
		'"text"',
		new Uint8Array([0xff, 0xfe, 0]),
		`{"note":"${'x'.repeat(3_000_000)}"}`
	]) {
		const answer = await send('PUT', `/api/submissions/${randomUUID()}`, body);
		const label = typeof body === 'string' ? body.slice(0, 40) : 'bytes';
		expect(answer.status, label).toBe(400);
		expect(await answer.json(), label).toMatchObject({ code: 'portal/invalid-input' });
	}
	for (const id of ['x', '%00', '..%2f..', 'a'.repeat(4000), '%zz']) {
		const answer = await send('PUT', `/api/submissions/${id}`, '{}');
		expect(answer.status, id).toBe(400);
	}
	const tus = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' };
	const upload = `/api/uploads/${randomUUID()}`;
	const metadata = '__proto__ eA==,submissionId %%%,constructor';
	for (const [method, path, body, headers, status] of [
		['PATCH', upload, new Uint8Array(12 * 1024 * 1024), { 'upload-offset': '0' }, 404],
		['PATCH', upload, 'x', { 'upload-offset': '-1' }, 400],
		['PATCH', upload, 'x', { 'upload-offset': '1e9' }, 400],
		['POST', '/api/uploads', '', { 'upload-length': '99999999999' }, 413],
		['POST', '/api/uploads', '', { 'upload-length': 'x' }, 400],
		['POST', '/api/uploads', '', { 'upload-length': '5', 'upload-metadata': metadata }, 400]
	] as const) {
		const answer = await send(method, path, body, { ...tus, ...headers });
		expect(answer.status, `${method} ${JSON.stringify(headers)}`).toBe(status);
	}
	expect(await rowsOf(stack, 'select count(*) from submissions')).toEqual(before);
	expect(await rowsOf(stack, 'select id, role, status from accounts order by id')).toEqual(
		accounts
	);
});

test('Z3, B5: registration takes no role, no status and no line break in a name', async ({
	stack
}) => {
	const form = (email: string, more: Record<string, string> = {}) =>
		new URLSearchParams({
			firstName: 'Ada',
			lastName: 'Test',
			email,
			mobile: '+491701234567',
			password: 'ein langer Satz zum Merken',
			question1: 'first-street',
			answer1: 'Am Alten Birkenhof',
			question2: 'first-teacher',
			answer2: 'Frau Lund',
			noticeSeen: 'yes',
			...more
		}).toString();
	const accounts = await rowsOf(stack, 'select count(*) from accounts');
	const broken = form('crlf@example.org', { firstName: 'Ada\r\nBcc: eve@example.org' });
	const refused = await post(stack, '/register', broken);
	expect(refused.status).toBe(400);
	expect(await refused.text()).toContain(escaped(m.issue_name_invalid({}, { locale: 'en' })));
	expect(await rowsOf(stack, 'select count(*) from accounts')).toEqual(accounts);
	expect(await mailsTo(stack.inboxUrl, 'crlf@example.org')).toEqual([]);
	expect(await mailsTo(stack.inboxUrl, 'eve@example.org')).toEqual([]);
	const extra = { role: 'clerk', status: 'active', accountId: randomUUID(), amountApproved: '1' };
	const taken = await post(stack, '/register', form('extra@example.org', extra));
	expect(taken.headers.get('location')).toBe('/register/check-mail');
	expect(
		await rowsOf(stack, 'select role, status from accounts order by created_at_ms desc limit 1')
	).toEqual([['customer', 'pending']]);
});
