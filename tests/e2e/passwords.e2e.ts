import { readdirSync, readFileSync } from 'node:fs';
import { m } from '#lib/i18n/generated/messages.js';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { Authenticator } from './support/codes.ts';
import { fillRegistration, signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';

const PERSON = {
	firstName: 'Zoë',
	lastName: 'Ødegård',
	email: 'zoe.passwords@example.org',
	password: 'Passwort2026!'
};

for (const window of [PHONE, DESKTOP]) {
	test(`A3, A4: a new password can be pasted, shown and judged, and a common one is refused (${window.name})`, async ({
		stack,
		device
	}) => {
		const words = wordsOf(window);
		const context = await device.open(window);
		await context.addCookies([{ name: 'kp-language', value: words.locale, url: stack.portalUrl }]);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const scripts: string[] = [];
		page.on('request', (request) => {
			if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
		});
		await page.goto(`${stack.portalUrl}/register`);
		const password = page.getByLabel(m.accounts_new_password({}, words), { exact: true });
		const verdict = page.locator('[data-strength-of] [role=status]');
		await expect(password).toHaveAttribute('autocomplete', 'new-password');
		await expect(page.getByRole('button', { name: m.portal_show({}, words) })).toBeVisible();
		expect(scripts).toEqual(['/portal.js']);

		const email = page.getByLabel(m.accounts_email({}, words), { exact: true });
		await email.fill(PERSON.password);
		await email.press('ControlOrMeta+A');
		await email.press('ControlOrMeta+C');
		await password.focus();
		await password.press('ControlOrMeta+V');
		await expect(password).toHaveValue(PERSON.password);
		await expect(password).toHaveAttribute('type', 'password');
		await page.getByRole('button', { name: m.portal_show({}, words) }).click();
		await expect(password).toHaveAttribute('type', 'text');
		await page.getByRole('button', { name: m.portal_hide({}, words) }).click();
		await expect(password).toHaveAttribute('type', 'password');

		await password.pressSequentially('x');
		await expect(verdict).toBeVisible();
		expect(scripts).toContain('/strength.js');
		await password.fill('kurz');
		await expect(verdict).toContainText(m.accounts_strength_short({}, words));
		await password.fill('aaaaaaaaaaaaaa');
		await expect(verdict).toContainText(m.accounts_strength_row({}, words));
		await checkPage(page, window, 'password-weak');
		await password.fill('zwölf müde Fähren im Norden');
		await expect(verdict).toHaveText(m.accounts_strength_4({}, words));
		await checkPage(page, window, 'password-strong');
		await page.emulateMedia({ forcedColors: 'active' });
		await page.screenshot({ path: `test-results/pages/${window.name}-forced-password.png` });
		await page.emulateMedia({ forcedColors: 'none' });

		await fillRegistration(page, PERSON, words);
		await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
		await expect(page.getByRole('alert')).toContainText(m.issue_password_context({}, words));
		await fillRegistration(page, { ...PERSON, password: 'unbelievable' }, words);
		await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
		await expect(page.getByRole('alert')).toContainText(m.issue_password_common({}, words));
		await expect(password).toHaveValue('');
		await checkPage(page, window, 'password-refused');
		expect(troubles).toEqual([]);
		await context.close();
	});
}

test('A3, A4: a new password is judged at change and reset as at registration', async ({
	stack,
	device
}) => {
	const words = wordsOf(PHONE);
	const customer = (await readDemo(stack.dataDir)).accounts.find((one) => one.role === 'customer');
	if (!customer) throw new Error('the demo has no customer');
	const context = await device.open(PHONE);
	const page = await context.newPage();
	const troubles = watchPage(page, stack.portalUrl);
	const app = new Authenticator(customer.secret);
	await signIn(page, `${stack.portalUrl}/sign-in`, customer, app, words, /\/start$/);
	for (const [path, name] of [
		['/account/password', 'change-password'],
		['/recover/password/new', 'reset-password']
	] as const) {
		await page.goto(stack.portalUrl + path);
		const password = page.getByLabel(m.accounts_new_password({}, words), { exact: true });
		await expect(password).toHaveAttribute('autocomplete', 'new-password');
		await password.fill('aaaaaaaaaaaaaa');
		await expect(page.locator('[data-strength-of] [role=status]')).toContainText(
			m.accounts_strength_row({}, words)
		);
		await checkPage(page, PHONE, name);
	}
	await page.goto(`${stack.portalUrl}/account/password`);
	const password = page.getByLabel(m.accounts_new_password({}, words), { exact: true });
	await password.fill('unbelievable');
	await page.getByRole('button', { name: m.accounts_act_next({}, words) }).click();
	await expect(page.getByRole('alert')).toContainText(m.issue_password_common({}, words));
	expect(troubles).toEqual([]);
	await context.close();
});

test('A4: without script a new password has no meter, and every field tells password managers what it is', async ({
	stack,
	device
}) => {
	const words = wordsOf(DESKTOP);
	const context = await device.open(DESKTOP, { javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${stack.portalUrl}/register`);
	await page.getByLabel(m.accounts_new_password({}, words), { exact: true }).fill('kurz');
	await expect(page.locator('[data-strength-of]')).toBeHidden();
	for (const door of ['/sign-in', '/staff/sign-in']) {
		await page.goto(stack.portalUrl + door);
		const password = page.getByLabel(m.accounts_password({}, words), { exact: true });
		await expect(password).toHaveAttribute('autocomplete', 'current-password');
		const email = page.getByLabel(m.accounts_email({}, words), { exact: true });
		await expect(email).toHaveAttribute('autocomplete', 'username');
		await email.fill('nobody@example.org');
		await password.fill('ein beliebiger Satz');
		await page.getByRole('button', { name: m.accounts_sign_in_next({}, words) }).click();
		await expect(page.getByLabel(m.accounts_code({}, words), { exact: true })).toHaveAttribute(
			'autocomplete',
			'one-time-code'
		);
	}
	await context.close();
});

test('O4: the built Worker derives no key with PBKDF2', async ({ stack }) => {
	expect((await fetch(`${stack.portalUrl}/api/health`)).ok).toBe(true);
	const files = readdirSync('dist/worker').filter((file) => file.endsWith('.js'));
	expect(files.length).toBeGreaterThan(0);
	for (const file of files) {
		const uses = readFileSync(`dist/worker/${file}`, 'utf8').match(/.{40}pbkdf2.{40}/gi) ?? [];
		expect(uses, file).toEqual([]);
	}
});
