/** How members of the staff come in, and how they are out, on the built Worker with a real browser. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { buildPortal } from '../../tools/build/build.ts';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { codeOf } from '../../tools/start/demo-code.ts';
import { chooseFreePort } from '../../tools/start/ports.ts';
import { startWorkerd } from '../../tools/start/workerd.ts';
import { checkPage } from './support/checks.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, test } from './support/portal.ts';

const words = wordsOf(DESKTOP);
const run = promisify(execFile);

type StackFixture = { bindings: Readonly<Record<string, string>>; portalUrl: string };

/** `npm run staff:invite` against the running stack; answers the link it prints. */
async function invite(stack: StackFixture, firstName: string, role: string): Promise<string> {
	const email = `${firstName.toLowerCase()}@musterland.example`;
	const names = ['--email', email, '--first-name', firstName, '--last-name', 'Muster'];
	const { stdout } = await run(
		process.execPath,
		['tools/staff/invite.ts', ...names, '--role', role, '--language', 'en'],
		{
			env: {
				...process.env,
				DATABASE_URL: stack.bindings['DATABASE_URL'],
				KEYS: stack.bindings['KEYS'],
				ORIGIN: stack.portalUrl
			}
		}
	);
	const link = /http\S+\/staff\/invitation#[A-Z2-7]{40}/.exec(stdout)?.[0];
	if (!link) throw new Error(stdout);
	return link;
}

/** A security key with PIN and resident keys, in the page's own browser. */
async function plugInAuthenticator(page: Page): Promise<void> {
	const session = await page.context().newCDPSession(page);
	await session.send('WebAuthn.enable');
	await session.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true
		}
	});
}

async function accept(page: Page, link: string): Promise<void> {
	await page.goto(link);
	await page.getByRole('button', { name: m.staff_invitation_send({}, words) }).click();
	await expect(page).toHaveURL(/\/accept$/);
	await checkPage(page, DESKTOP, 'staff-accept');
	await page
		.getByLabel(m.accounts_new_password({}, words), { exact: true })
		.fill('zwölf Monate im Norden');
	await page.getByRole('button', { name: m.staff_accept_send({}, words) }).click();
	await expect(page).toHaveURL(/accept\?done=1$/);
}

async function signIn(page: Page, portalUrl: string): Promise<void> {
	await page.goto(`${portalUrl}/staff/sign-in/passkey`);
	await page.getByRole('button', { name: m.accounts_passkey_sign_in({}, words) }).click();
	await expect(page).toHaveURL(/\/staff(\/own)?$/);
}

test('Z8, Z4, S5: staff come in by invitation and passkey, and a blocked colleague is out at the next request', async ({
	stack,
	browserPath
}) => {
	const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
	try {
		const open = async () => {
			const context = await browser.newContext({ locale: DESKTOP.locale });
			const page = await context.newPage();
			await plugInAuthenticator(page);
			return page;
		};
		const [ada, carl] = [await open(), await open()];
		await accept(ada, await invite(stack, 'Ada', 'seniorClerk'));
		await signIn(ada, stack.portalUrl);
		await accept(carl, await invite(stack, 'Carl', 'clerk'));
		await signIn(carl, stack.portalUrl);

		await ada.goto(`${stack.portalUrl}/staff/people`);
		await checkPage(ada, DESKTOP, 'staff-people');
		await ada
			.getByRole('link', { name: m.staff_manage_named({ name: 'Carl Muster' }, words) })
			.click();
		await checkPage(ada, DESKTOP, 'staff-person');
		await carl.goto(`${stack.portalUrl}/staff/own`);
		await checkPage(carl, DESKTOP, 'staff-own');
		await ada.getByRole('button', { name: m.staff_disable({}, words) }).click();
		await expect(ada).toHaveURL(/\?done=disabled$/);
		await carl.reload();
		await expect(carl).toHaveURL(/\/staff\/sign-in/);

		// An invitation is asked for here and waits; whoever asked cannot approve it.
		await ada.goto(`${stack.portalUrl}/staff/people/invite`);
		await checkPage(ada, DESKTOP, 'staff-invite');
		await ada.getByLabel(m.staff_invite_first_name({}, words), { exact: true }).fill('Dora');
		await ada.getByLabel(m.staff_invite_last_name({}, words), { exact: true }).fill('Muster');
		await ada.getByLabel(m.staff_invite_email({}, words), { exact: true }).fill('dora@x.example');
		await ada.getByLabel(m.staff_invite_role({}, words), { exact: true }).selectOption('finance');
		await ada.getByRole('button', { name: m.staff_invite_send({}, words) }).click();
		await expect(ada).toHaveURL(/\?done=asked$/);
		await expect(ada.getByText(m.staff_waiting_other({}, words))).toBeVisible();
		await expect(
			ada.getByRole('button', { name: m.staff_approve_named({ name: 'Dora Muster' }, words) })
		).toHaveCount(0);
		await checkPage(ada, DESKTOP, 'staff-waiting');
	} finally {
		await browser.close();
	}
});

test("Z8: where a passkey is required, password and code are refused at the staff's door", async ({
	stack
}) => {
	const { accounts } = await readDemo(stack.dataDir);
	const clerk = accounts.find(({ role }) => role === 'clerk');
	if (!clerk) throw new Error('no clerk');
	const port = await chooseFreePort(0);
	const origin = `http://localhost:${port}`;
	const { workerDir, assetsDir } = await buildPortal();
	const portal = await startWorkerd({
		bundleDir: workerDir,
		assetsDir,
		port,
		readyPath: '/api/health',
		bindings: { ...stack.bindings, ORIGIN: origin, STAFF_PASSKEY: 'required' }
	});
	try {
		const ask = (path: string, form?: Record<string, string>, cookie = '') =>
			fetch(origin + path, {
				redirect: 'manual',
				headers: { origin, cookie, accept: 'text/html' },
				...(form && { method: 'POST', body: new URLSearchParams(form) })
			});
		const door = await ask('/staff/sign-in?next=/staff');
		expect(door.headers.get('location')).toBe('/staff/sign-in/passkey?next=/staff');
		const page = await (await ask('/staff/sign-in/passkey')).text();
		expect(page).not.toContain('href="/staff/sign-in"');

		const texts: string[] = [];
		for (const password of [clerk.password, 'not the password at all']) {
			const started = await ask('/staff/sign-in', { email: clerk.email, password });
			expect(started.headers.get('location')).toBe('/staff/sign-in/code');
			const cookie = started.headers
				.getSetCookie()
				.map((one) => one.split(';')[0])
				.join('; ');
			const { code } = codeOf(clerk.otpauthUri, Date.now());
			const finished = await ask('/staff/sign-in/code', { code }, cookie);
			expect(finished.status).toBe(401);
			expect(finished.headers.getSetCookie().join()).not.toContain('__Host-kp=');
			texts.push((await finished.text()).replace(/nonce-\S+|nonce="[^"]+"/g, ''));
		}
		expect(texts[0]).toBe(texts[1]);
	} finally {
		await portal.stop();
	}
});

test("Z8: with a host of their own, staff and customers do not meet, and a customer's cookie opens nothing there", async ({
	stack
}) => {
	const port = await chooseFreePort(0);
	// Two names of this machine stand for the two hosts.
	const [customers, staff] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
	const { workerDir, assetsDir } = await buildPortal();
	const portal = await startWorkerd({
		bundleDir: workerDir,
		assetsDir,
		port,
		readyPath: '/api/health',
		bindings: {
			...stack.bindings,
			ORIGIN: customers,
			STAFF_ORIGIN: staff,
			STAFF_PASSKEY: 'optional'
		}
	});
	try {
		const ask = (url: string, init: RequestInit = {}) =>
			fetch(url, { redirect: 'manual', ...init });
		const statusOf = async (url: string) => (await ask(url)).status;
		for (const path of ['/staff/sign-in', '/staff/invitation', '/staff', '/staff/people']) {
			expect(await statusOf(customers + path), path).toBe(404);
			expect([200, 303], path).toContain(await statusOf(staff + path));
		}
		for (const path of ['/', '/sign-in', '/register', '/start', '/api/session', '/drafts/x']) {
			expect(await statusOf(staff + path), path).toBe(404);
			expect([200, 303, 401, 404], path).toContain(await statusOf(customers + path));
		}
		// A form of one host is a foreign form on the other.
		for (const [origin, status] of [
			[customers, 403],
			[staff, 303]
		] as const) {
			const sent = await ask(`${staff}/staff/sign-in`, {
				method: 'POST',
				headers: { origin, accept: 'text/html' },
				body: new URLSearchParams({ email: 'a@b.example', password: 'anything at all' })
			});
			expect(sent.status, origin).toBe(status);
		}

		const { accounts } = await readDemo(stack.dataDir);
		const customer = accounts.find(({ role }) => role === 'customer');
		if (!customer) throw new Error('no customer');
		const started = await ask(`${customers}/sign-in`, {
			method: 'POST',
			headers: { origin: customers, accept: 'text/html' },
			body: new URLSearchParams({ email: customer.email, password: customer.password })
		});
		const cookiesOf = (answer: Response) =>
			answer.headers
				.getSetCookie()
				.map((one) => one.split(';')[0])
				.join('; ');
		const finished = await ask(`${customers}/sign-in/code`, {
			method: 'POST',
			headers: { origin: customers, accept: 'text/html', cookie: cookiesOf(started) },
			body: new URLSearchParams({ code: codeOf(customer.otpauthUri, Date.now()).code })
		});
		const cookie = cookiesOf(finished);
		expect(cookie).toContain('__Host-kp=');
		const status = async (url: string) => (await ask(url, { headers: { cookie } })).status;
		expect(await status(`${customers}/start`)).toBe(200);
		const refused = await ask(`${staff}/staff`, { headers: { cookie } });
		expect(refused.headers.get('location')).toMatch(/^\/staff\/sign-in/);
		expect(await status(`${staff}/start`)).toBe(404);
	} finally {
		await portal.stop();
	}
});
