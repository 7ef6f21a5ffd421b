/** What the doors of the built portal answer over the wire, to whoever asks them without a browser. */
import { Visitor } from '../bench/portal/visitor.ts';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { ask, dataPathOf, FORM, type Heard } from './support/asking.ts';
import type { CastStack } from './support/cast.ts';
import { mailsTo } from './support/mailbox.ts';
import { newcomer, registered, rowsOf } from './support/newcomer.ts';
import { expect, test } from './support/portal.ts';
import { listRoutes } from './support/routes.ts';

test.describe.configure({ mode: 'default' });

async function customerOf(stack: CastStack) {
	const { accounts } = await readDemo(stack.dataDir);
	const customer = accounts.find(({ role }) => role === 'customer');
	if (!customer) throw new Error('the demo has no customer');
	return customer;
}

/** An answer without what is new in each: nonces, ids, tokens, time, what was typed, and its sum. */
function withoutChance({ status, headers, text }: Heard, typed: string) {
	const mask = (line: string) =>
		line
			.replaceAll(typed, 'TYPED')
			.replaceAll(typed.replace('@', '%40'), 'TYPED')
			.replace(/nonce-[\w+/=-]+/g, 'NONCE')
			.replace(/nonce="[^"]+"/g, 'NONCE')
			.replace(/=[A-Z2-7]{40}/g, '=TOKEN')
			.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
	return {
		status,
		text: mask(text),
		headers: [...headers]
			.filter(([name]) => name !== 'date' && name !== 'etag')
			.map(([name, value]) => `${name}: ${mask(value)}`)
			.toSorted()
	};
}

test('A6: with a right password and no code every protected page, action, endpoint and data answers nobody', async ({
	stack
}) => {
	const { email, password } = await customerOf(stack);
	const halfIn = new Visitor(stack.portalUrl);
	const sessions = async () =>
		(await rowsOf(stack, 'select count(*) as n from sessions'))[0]?.['n'];
	const before = await sessions();
	await halfIn.post('/sign-in', { email, password });
	expect(halfIn.cookies.map(({ name }) => name)).toContain('__Host-kp-sign-in');
	const closed = (await listRoutes()).filter(({ id }) =>
		/^\/(\((customer|staff|signed-in)\)|api\/(session|vault$|offline-kit|submissions|uploads))/.test(
			id
		)
	);
	expect(closed.length).toBeGreaterThan(25);
	for (const route of closed) {
		const path = route.pathFor();
		const form = {
			method: 'POST',
			headers: { origin: stack.portalUrl, ...FORM },
			body: 'x=1'
		};
		const wishes = [
			[path, {}],
			[dataPathOf(path), {}],
			...['', ...route.actions].map((action) => [path + action, form] as const)
		] as const;
		for (const [where, how] of wishes) {
			const heard = await ask(stack.portalUrl, halfIn, where, how);
			const asNobody = await ask(stack.portalUrl, null, where, how);
			expect([303, 401], heard.what).toContain(heard.status);
			expect(withoutChance(heard, email), heard.what).toEqual(withoutChance(asNobody, email));
		}
	}
	expect(await sessions()).toBe(before);
});

test('A16: forged addresses change nothing: one row counts them all, and the log has the true one', async ({
	stack
}) => {
	const scope = 'sign-in/passkey-offers';
	const rows = () =>
		rowsOf(stack, 'select hex(key_hash) as k, tries from throttles where scope = ?', [scope]);
	await rowsOf(stack, 'delete from throttles where scope = ?', [scope]);
	const offer = (headers: Readonly<Record<string, string>>) =>
		ask(stack.portalUrl, null, '/sign-in/passkey/options', {
			method: 'POST',
			headers: { origin: stack.portalUrl, 'content-type': 'application/json', ...headers },
			body: '{}'
		});
	const forged = ['203.0.113.7', '2001:db8::7', '10.0.0.1, 203.0.113.9', 'unknown', "'"];
	for (const address of forged) {
		for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'true-client-ip']) {
			expect((await offer({ [name]: address })).status).toBe(200);
		}
	}
	const counted = await rows();
	expect(counted).toHaveLength(1);
	expect(counted[0]?.['tries']).toBe(forged.length * 4);
	const wrong = { email: 'nobody-a16@example.org', password: 'falsch' };
	await ask(stack.portalUrl, null, '/sign-in', {
		method: 'POST',
		headers: { origin: stack.portalUrl, ...FORM, 'x-forwarded-for': '203.0.113.7' },
		body: new URLSearchParams(wrong).toString()
	});
	const [newest] = await rowsOf(
		stack,
		'select ip from audit_personal order by at_ms desc, event_id desc limit 1'
	);
	expect(newest?.['ip']).toBe('127.0.0.1');
	await rowsOf(stack, 'delete from throttles where scope = ?', [scope]);
});

test('A17: known and unknown addresses get the same answers at every door, but for chance', async ({
	stack
}) => {
	const known = await registered(stack, 'kennt-a17');
	const { email, password } = known.person;
	// As long as the other: the answer to a form repeats what was typed.
	const stranger = 'fremd-a17@kundin.example';
	const send = (path: string, fields: Readonly<Record<string, string>>, visitor?: Visitor) =>
		ask(stack.portalUrl, visitor ?? null, path, {
			method: 'POST',
			headers: { origin: stack.portalUrl, ...FORM },
			body: new URLSearchParams(fields).toString()
		});
	const code = 'A'.repeat(26);
	const doors: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
		['/sign-in', { password: 'falsch' }, 303],
		['/sign-in', { password }, 303],
		['/recover/password', {}, 303],
		['/recover/case', { password: 'falsch' }, 303],
		['/recover/case', { password }, 303],
		['/recover/phone', { password: 'falsch', recoveryCode: code }, 401],
		['/recover/phone', { password, recoveryCode: code }, 401],
		['/recover/letter', { password, letterCode: code }, 401],
		['/register', newcomer('gleich'), 303]
	];
	for (const [path, fields, status] of doors) {
		const heard = await send(path, { ...fields, email });
		const unknown = await send(path, { ...fields, email: stranger });
		expect(heard.status, `${heard.what} ${heard.text.slice(0, 200)}`).toBe(status);
		expect(withoutChance(heard, email), heard.what).toEqual(withoutChance(unknown, stranger));
	}
	const ends: unknown[] = [];
	for (const [address, typed] of [
		[email, password],
		[email, 'falsch'],
		[stranger, 'falsch']
	] as const) {
		const visitor = new Visitor(stack.portalUrl);
		await visitor.post('/sign-in', { email: address, password: typed });
		const page = await ask(stack.portalUrl, visitor, '/sign-in/code');
		const end = await send('/sign-in/code', { code: '000000' }, visitor);
		ends.push([withoutChance(page, address), withoutChance(end, address)]);
	}
	expect(ends[1]).toEqual(ends[0]);
	expect(ends[2]).toEqual(ends[0]);
	// The two differ in the mailbox alone: its owner is told, a stranger's address is asked to confirm.
	expect((await mailsTo(stack.inboxUrl, stranger)).length).toBeLessThanOrEqual(1);
});

test('A25: after "this was not me" every page leads to the new password and data say so, whatever is asked', async ({
	stack
}) => {
	const { visitor, signIn } = await registered(stack, 'nicht-ich');
	await signIn();
	await visitor.open('/start');
	await visitor.post('/account/disown', {});
	expect((await ask(stack.portalUrl, visitor, '/start')).status).toBe(303);
	await signIn();
	const routes = (await listRoutes()).filter(({ id }) => id.startsWith('/(customer)'));
	const open = [
		'/(customer)/account/password',
		'/(customer)/account/confirm/[id]',
		'/(customer)/account/confirm/[id]/passkey'
	];
	for (const route of routes.filter(({ id }) => !open.includes(id))) {
		const path = route.pathFor();
		const isForScript = route.id.startsWith('/(customer)/account/confirm/[id]/');
		const page = await ask(stack.portalUrl, visitor, path);
		const data = await ask(stack.portalUrl, visitor, dataPathOf(path));
		const form = { method: 'POST', headers: { origin: stack.portalUrl, ...FORM }, body: 'x=1' };
		const sent = await ask(stack.portalUrl, visitor, path, form);
		for (const heard of isForScript ? [] : [page, sent]) {
			expect([heard.status, heard.headers.get('location')], heard.what).toEqual([
				303,
				'/account/password'
			]);
		}
		for (const heard of isForScript ? [sent] : [data]) {
			expect(heard.status, heard.what).toBe(403);
			expect(heard.text, heard.what).toContain('portal/must-change-password');
		}
	}
	await visitor.open('/account/password');
});

test('S5: whoever has signed out with no network shows no page of theirs to the next one', async ({
	stack
}) => {
	const { visitor, signIn } = await registered(stack, 'ohne-netz');
	await signIn();
	await visitor.open('/start');
	const marked = { headers: { cookie: `${visitor.cookieHeader}; __Host-kp-signed-out=1` } };
	const page = await ask(stack.portalUrl, visitor, '/start', marked);
	expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fstart']);
	expect((await ask(stack.portalUrl, visitor, '/start')).status).toBe(303);
	expect((await ask(stack.portalUrl, visitor, '/api/session')).status).toBe(401);
});

test('W3, ASVS 16.5.1: an answer to a fault of ours bears all headers, an id and nothing of the fault', async ({
	stack
}) => {
	const { visitor, accountId, signIn } = await registered(stack, 'kaputt');
	await signIn();
	// A value that somebody has changed in the database does not open.
	await rowsOf(stack, `update accounts set contact = x'0101' where id = ?`, [accountId]);
	const heard = await ask(stack.portalUrl, visitor, '/account');
	expect(heard.status).toBe(500);
	const { headers } = heard;
	expect(headers.get('strict-transport-security')).toBe(
		'max-age=63072000; includeSubDomains; preload'
	);
	expect(headers.get('x-content-type-options')).toBe('nosniff');
	expect(headers.get('x-frame-options')).toBe('DENY');
	expect(headers.get('referrer-policy')).toBe('same-origin');
	expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
	expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
	expect(headers.get('cache-control')).toBe('no-store');
	expect(headers.get('content-security-policy')).toMatch(
		/default-src 'none'.*frame-ancestors 'none'/
	);
	expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
	expect(heard.text).toMatch(/[0-9a-f]{8}-[0-9a-f-]{27}/);
	expect(heard.text).not.toMatch(/SealedValue|stored value|sqlite|libsql|accounts\.|at \w+ \(/i);
});
