/** What must hold between people: the session cookie, and two of them at the same time. */
import { ask, FORM } from './support/asking.ts';
import { Authenticator } from './support/codes.ts';
import { expect, test } from './support/portal.ts';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { Visitor } from '../bench/portal/visitor.ts';

test.describe.configure({ mode: 'default' });

const TOKEN = '[A-Z2-7]{40}';
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax';

test('S2: the session cookie is exactly that, ends with the browser and cannot be read by a script', async ({
	stack
}) => {
	const clerk = (await readDemo(stack.dataDir)).accounts.find(({ role }) => role === 'clerk');
	if (!clerk) throw new Error('the demo has no clerk');
	const visitor = new Visitor(stack.portalUrl);
	const { email, password } = clerk;
	const first = await visitor.post('/staff/sign-in', { email, password });
	const [challenge = '', ...more] = first.headers.getSetCookie();
	expect(challenge).toMatch(new RegExp(`^__Host-kp-sign-in=${TOKEN}; ${ATTRIBUTES}$`));
	expect(more).toEqual([]);
	const code = await new Authenticator(clerk.secret).nextCode();
	const second = await visitor.post('/staff/sign-in/code', { code });
	const [session = '', forgotten = '', ...rest] = second.headers.getSetCookie();
	expect(session).toMatch(new RegExp(`^__Host-kp=${TOKEN}; ${ATTRIBUTES}$`));
	expect(session).not.toMatch(/max-age|expires|domain/i);
	expect(session.length).toBeLessThan(4096);
	expect(forgotten).toMatch(/^__Host-kp-sign-in=; Max-Age=0; /);
	// The device is known again after the browser has ended: a cookie of its own, no way in (A11).
	const DEVICE =
		/^__Host-kp-device=[A-Z2-7]{40}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/;
	for (const cookie of rest) expect(cookie).toMatch(DEVICE);
	expect(rest.length).toBeLessThanOrEqual(1);
	// Nowhere else: neither in the page nor in an address.
	const token = /=([A-Z2-7]+);/.exec(session)?.[1] ?? 'no token';
	const desk = await visitor.open('/staff');
	expect(desk.text).not.toContain(token);
	expect(second.headers.get('location')).toBe('/staff');
});

test('Z9: a hundred requests of two people at the same time never mix', async ({ stack, cast }) => {
	const paths = ['/start', '/account', '/claims', '/mailbox', '/api/session'];
	const people = [
		{ who: cast.ada, language: 'de', own: cast.adasMarkers, other: cast.bensMarkers },
		{ who: cast.ben, language: 'en', own: cast.bensMarkers, other: cast.adasMarkers }
	];
	const answers = await Promise.all(
		Array.from({ length: 100 }, async (_, index) => {
			const person = people[index % 2] ?? people[0];
			const path = paths[Math.floor(index / 2) % paths.length] ?? '/start';
			if (!person) throw new Error('nobody asks');
			const headers = { 'accept-language': person.language };
			return { person, path, heard: await ask(stack.portalUrl, person.who, path, { headers }) };
		})
	);
	for (const { person, path, heard } of answers) {
		expect(heard.status, heard.what).toBe(200);
		for (const marker of person.other) expect(heard.text, heard.what).not.toContain(marker);
		if (!path.startsWith('/api/')) {
			expect(heard.text, heard.what).toContain(`<html lang="${person.language}">`);
			expect(
				person.own.some((marker) => heard.text.includes(marker)),
				heard.what
			).toBe(true);
		}
	}
});

test('ASVS 1.1.2, ASVS 1.2.1, ASVS 1.2.3: what people type comes back as text', async ({
	stack
}) => {
	const typed = `"><script>alert(1)</script>{{7*7}}\${7*7}</title>`;
	const headers = { origin: stack.portalUrl, ...FORM };
	const body = new URLSearchParams({ firstName: typed, lastName: typed, email: typed }).toString();
	const page = await ask(stack.portalUrl, null, '/register', { method: 'POST', headers, body });
	expect(page.status).toBe(400);
	expect(page.text).not.toContain('<script>alert');
	expect(page.text).toContain('&quot;>&lt;script>alert(1)&lt;/script>{{7*7}}${7*7}');
	const data = await ask(stack.portalUrl, null, '/register', {
		method: 'POST',
		headers: { ...headers, accept: 'application/json', 'x-sveltekit-action': 'true' },
		body
	});
	expect(data.headers.get('content-type')).toContain('application/json');
	expect(data.text).toContain('script>alert');
});
