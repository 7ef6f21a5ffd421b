/** A dead database, a dead mail server, a browser without scripts: honest messages, nothing half-done. */
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { m } from '#lib/i18n/generated/messages.js';
import { buildPortal } from '../../tools/build/build.ts';
import { chooseFreePort } from '../../tools/start/ports.ts';
import { startWorkerd } from '../../tools/start/workerd.ts';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { Authenticator } from './support/codes.ts';
import { mailsTo, waitForMail } from './support/mailbox.ts';
import { sendLetter } from './support/letters.ts';
import { fillRegistration, linkContract, signIn, wordsOf } from './support/people.ts';
import { FORM } from './support/asking.ts';
import { checkPage } from './support/checks.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { findTexts } from '../support/secret-scan.ts';
import { expect, PHONE, test } from './support/portal.ts';

const words = wordsOf(PHONE);
const person = (email: string) => ({
	firstName: 'Ada',
	lastName: 'Test',
	email,
	password: 'ein langer Satz zum Merken'
});

/** What a registration asks for beside the person. */
const REST_OF_REGISTRATION = {
	...{ mobile: '+49 170 7654321', noticeSeen: 'yes' },
	...{ question1: 'first-street', answer1: 'Lindenallee' },
	...{ question2: 'first-teacher', answer2: 'Herr Quast' }
};

test('O1: a dead database gives a 503 that says what to do, keeps what was typed and stores nothing', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE);
	const page = await context.newPage();
	const ada = person('dead-database@example.org');
	const customer = (await readDemo(stack.dataDir)).accounts.find((one) => one.role === 'customer');
	if (!customer) throw new Error('the demo has no customer');
	await signIn(
		page,
		`${stack.portalUrl}/sign-in`,
		customer,
		new Authenticator(customer.secret),
		words,
		/\/start$/
	);
	const form = await context.newPage();
	await form.goto(`${stack.portalUrl}/register`);
	await fillRegistration(form, ada, words);

	await stack.stopDatabase();
	const [answer] = await Promise.all([
		form.waitForResponse((response) => response.request().method() === 'POST'),
		form.getByRole('button', { name: m.accounts_register_send({}, words) }).click()
	]);
	expect(answer.status()).toBe(503);
	await expect(form.getByRole('alert')).toContainText(m.portal_error_unavailable({}, words));
	await expect(form.getByLabel(m.accounts_email({}, words), { exact: true })).toHaveValue(
		ada.email
	);
	await checkPage(form, PHONE, 'register-no-database');

	const dead = await page.goto(`${stack.portalUrl}/start`);
	expect(dead?.status()).toBe(503);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		m.portal_error_503_title({}, words)
	);
	await checkPage(page, PHONE, 'no-database');
	expect((await fetch(`${stack.portalUrl}/api/health`)).status).toBe(503);
	const api = await context.request.get(`${stack.portalUrl}/api/session`);
	expect(api.status()).toBe(503);
	expect(await api.json()).toMatchObject({ code: 'portal/unavailable' });

	await stack.startDatabase();
	await page.reload();
	await expect(page).toHaveURL(/\/start$/);
	expect(await mailsTo(stack.inboxUrl, ada.email)).toEqual([]);
	await form.getByLabel(m.accounts_new_password({}, words), { exact: true }).fill(ada.password);
	await form.getByLabel(m.accounts_answer_1({}, words), { exact: true }).fill('Am Alten Birkenhof');
	await form.getByLabel(m.accounts_answer_2({}, words), { exact: true }).fill('Frau Lund');
	await form.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
	await expect(form).toHaveURL(/check-mail$/);
	await context.close();
});

test('O1: a database that answers with an error is as honest as a dead one, and comes back by itself', async ({
	stack
}) => {
	stack.database()?.control({ failNext: 1, failMode: '500' });
	expect((await fetch(`${stack.portalUrl}/api/health`)).status).toBe(503);
	expect((await fetch(`${stack.portalUrl}/api/health`)).status).toBe(200);
});

test('D6: in production mode a database elsewhere, plain connections and equal keys are refused, with the mend named', async ({
	stack
}) => {
	const lines: string[] = [];
	const { workerDir, assetsDir } = await buildPortal();
	const keys = JSON.parse(stack.bindings['KEYS'] ?? '') as Record<string, unknown>;
	const portal = await startWorkerd({
		bundleDir: workerDir,
		assetsDir,
		port: await chooseFreePort(0),
		readyPath: '/robots.txt',
		bindings: {
			...stack.bindings,
			MODE: 'production',
			KEYS: JSON.stringify({ ...keys, totp: keys['data'] })
		},
		onLine: (line) => lines.push(line)
	});
	try {
		const page = await fetch(`${portal.url}/sign-in`);
		expect(page.status).toBe(503);
		expect(await page.text()).toContain(m.portal_error_503_title({}, words));
		expect((await fetch(`${portal.url}/api/health`)).status).toBe(503);
		const log = lines.join('\n');
		expect(log).toContain('databasePlaces in src/lib/domain/operator.ts');
		expect(log).toContain('totp 1 equals data 1');
		expect(log).toContain('npm run keys:generate');
		expect(log).not.toContain(JSON.stringify(keys['data']));
	} finally {
		await portal.stop();
	}
});

test('O1: a dead mail server delays the mail and nothing else', async ({ stack, device }) => {
	const context = await device.open(PHONE);
	const page = await context.newPage();
	const ada = person('dead-mail@example.org');
	await stack.stopMail();
	await page.goto(`${stack.portalUrl}/register`);
	await fillRegistration(page, ada, words);
	await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
	await expect(page).toHaveURL(/check-mail$/);
	await stack.startMail();
	// The first pause is 30 seconds; the job of the next minute sends it.
	await expect
		.poll(
			async () => {
				await stack.runJobs();
				return (await mailsTo(stack.inboxUrl, ada.email)).length;
			},
			{ timeout: 90_000, intervals: [5_000] }
		)
		.toBe(1);
	await waitForMail(stack.inboxUrl, ada.email, new RegExp(m.mails_verify_subject({}, words)));
	await context.close();
});

test('ASVS 12.3.2: a database or mail server whose certificate nobody vouches for hears no word', async ({
	stack
}) => {
	const heard: string[] = [];
	const refused: string[] = [];
	const server = createServer(await selfSignedCertificate(), (socket) => {
		socket.on('data', (bytes: Buffer) => heard.push(bytes.toString('latin1')));
		socket.write('220 ready\r\n');
	});
	server.on('tlsClientError', ({ message }) => refused.push(message));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	const { port } = address;
	const { workerDir, assetsDir } = await buildPortal();
	const start = async (bindings: Readonly<Record<string, string>>) => {
		const own = await chooseFreePort(0);
		return startWorkerd({
			...{ bundleDir: workerDir, assetsDir, port: own, readyPath: '/robots.txt' },
			bindings: { ...stack.bindings, ORIGIN: `http://localhost:${own}`, ...bindings }
		});
	};

	const withoutData = await start({ DATABASE_URL: `https://localhost:${port}` });
	expect((await fetch(`${withoutData.url}/api/health`)).status).toBe(503);
	await withoutData.stop();
	expect(refused).not.toEqual([]);
	refused.length = 0;

	const withoutMail = await start({
		...{ SMTP_HOST: 'localhost', SMTP_PORT: String(port), SMTP_SECURE: 'tls' }
	});
	const ada = person('false-mail-server@example.org');
	const sent = await fetch(`${withoutMail.url}/register`, {
		...{ method: 'POST', redirect: 'manual' },
		headers: { ...FORM, origin: new URL(withoutMail.url).origin, accept: 'text/html' },
		body: new URLSearchParams({ ...ada, ...REST_OF_REGISTRATION }).toString()
	});
	expect(sent.status).toBe(303);
	await withoutMail.runScheduled();
	await withoutMail.stop();
	expect(refused).not.toEqual([]);
	// Whoever does not look at the certificate is answered: the server was there to be talked to.
	const careless = connect({ port, host: 'localhost', rejectUnauthorized: false });
	const [greeting] = (await once(careless, 'data')) as [Buffer];
	expect(greeting.toString()).toContain('220 ready');
	careless.destroy();
	server.close();
	expect(heard).toEqual([]);
});

test('O5: no key, password or demo secret of this machine stands in the build', async ({
	stack
}) => {
	const { workerDir, assetsDir } = await buildPortal();
	const demo = await readDemo(stack.dataDir);
	const keys = JSON.parse(stack.bindings['KEYS'] ?? '') as Record<
		string,
		{ versions: Record<string, string> }
	>;
	const secrets = {
		...Object.fromEntries(
			Object.entries(keys).map(([purpose, { versions }]) => [`key ${purpose}`, versions['1'] ?? ''])
		),
		...Object.fromEntries(demo.accounts.map((one) => [`password of ${one.role}`, one.password])),
		...Object.fromEntries(demo.accounts.map((one) => [`app secret of ${one.role}`, one.secret]))
	};
	expect(Object.values(secrets).every((secret) => secret.length > 8)).toBe(true);
	expect(findTexts(workerDir, secrets)).toEqual([]);
	expect(findTexts(assetsDir, secrets)).toEqual([]);
	// The scan looked at the Worker and not at an empty folder.
	expect(findTexts(workerDir, { own: 'sealed-value-refused' })).not.toEqual([]);
});

test('without scripts registration, sign-in, contract, language and sign-out work', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE, { javaScriptEnabled: false });
	const page = await context.newPage();
	const ada = person('no-script@example.org');
	await page.goto(`${stack.portalUrl}/register`);
	await fillRegistration(page, ada, words);
	await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
	const mail = await waitForMail(
		stack.inboxUrl,
		ada.email,
		new RegExp(m.mails_verify_subject({}, words))
	);
	const code = /^(?:[A-Z2-7]{5} ){7}[A-Z2-7]{5}$/m.exec(mail.text)?.[0] ?? '';
	await page.goto(`${stack.portalUrl}/register/verify`);
	await page.getByLabel(m.accounts_verify_code({}, words), { exact: true }).fill(code);
	await page.getByLabel(m.accounts_verify_password({}, words), { exact: true }).fill(ada.password);
	await page.getByRole('button', { name: m.accounts_verify_send({}, words) }).click();
	const app = new Authenticator((await page.locator('#totp-key').textContent()) ?? '');
	await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(await app.nextCode());
	await page.getByRole('button', { name: m.accounts_authenticator_send({}, words) }).click();
	await expect(page.locator('#recovery-codes li')).toHaveCount(10);
	await signIn(page, `${stack.portalUrl}/sign-in`, ada, app, words, /\/start$/);
	const letter = await sendLetter(stack);
	const typed = letter.activationCode.toLowerCase().replaceAll('-', ' ');
	await linkContract(page, stack.portalUrl, { ...letter, activationCode: typed }, words);
	await page.getByRole('button', { name: 'English' }).first().click();
	await expect(page.locator('html')).toHaveAttribute('lang', 'en');
	await page.goto(`${stack.portalUrl}/account`);
	await page
		.getByRole('main')
		.getByRole('button', { name: m.portal_sign_out({}, { locale: 'en' }) })
		.click();
	await expect(page).toHaveURL(/signed-out$/);
	await context.close();
});

test('the keyboard alone signs in and reaches the main thing of a page', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE);
	const page = await context.newPage();
	await page.goto(`${stack.portalUrl}/sign-in`);
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: m.portal_skip({}, words) })).toBeFocused();
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	await expect(page.getByLabel(m.accounts_email({}, words), { exact: true })).toBeFocused();
	await page.keyboard.type('nobody@example.org');
	await page.keyboard.press('Tab');
	await page.keyboard.type('ein falsches Passwort');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/code(#main)?$/);
	await context.close();
});
