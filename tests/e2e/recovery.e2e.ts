import { createClient } from '@libsql/client';
import type { Page } from '@playwright/test';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { Authenticator } from './support/codes.ts';
import { waitForMail } from './support/mailbox.ts';
import { signIn, wordsOf, type Person } from './support/people.ts';
import { expect, PHONE, test, type Window } from './support/portal.ts';
import { register } from './support/register.ts';

const NEW_PASSWORD = 'ein ganz neuer Satz im Winter';
const personOf = (name: string): Person => ({
	firstName: 'Zoë',
	lastName: 'Ødegård',
	email: `${name}@kundin.example`,
	password: 'zwölf Monate im Norden'
});

/** Types where the focus is, after moving it to the field by the keyboard alone. */
async function typeInto(page: Page, name: string, text: string): Promise<void> {
	const field = page.locator(`[name=${name}]`);
	for (let presses = 0; presses < 40; presses += 1) {
		if (await field.evaluate((element) => element === document.activeElement)) break;
		await page.keyboard.press('Tab');
	}
	await expect(field).toBeFocused();
	await page.keyboard.type(text);
}
const linkIn = (text: string) => /http\S+#[A-Z2-7]+/.exec(text)?.[0] ?? '';

async function savedCodes(page: Page): Promise<readonly string[]> {
	return page.locator('#recovery-codes li').allTextContents();
}

for (const window of [PHONE] satisfies readonly Window[]) {
	const words = wordsOf(window);

	test(`A19: a lost password, by mail and app, on the ${window.name}`, async ({
		device,
		stack
	}) => {
		const person = personOf(`password-${window.name}`);
		const context = await device.open(window);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const app = await register(page, stack, person, words);
		await page.goto(`${stack.portalUrl}/sign-in`);
		await page.getByRole('link', { name: m.recovery_link({}, words) }).click();
		await expect(page).toHaveURL(/\/recover$/);
		await checkPage(page, window, 'recover');
		await page.getByRole('link', { name: m.recovery_choice_password({}, words) }).click();
		await checkPage(page, window, 'recover-password');
		await typeInto(page, 'email', person.email);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/check-mail$/);
		await checkPage(page, window, 'recover-check-mail');
		const mail = await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_reset_subject({}, words))
		);
		await page.goto(linkIn(mail.text));
		await expect(page.locator('[name=code]')).toHaveValue(/^[A-Z2-7]{40}$/);
		await checkPage(page, window, 'recover-password-new');
		await typeInto(page, 'proof', app.wrongCode());
		await typeInto(page, 'password', NEW_PASSWORD);
		await page.keyboard.press('Enter');
		await expect(page.locator('[data-error-summary]')).toBeVisible();
		await checkPage(page, window, 'recover-password-refused');
		await typeInto(page, 'proof', await app.nextCode());
		await typeInto(page, 'password', NEW_PASSWORD);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/\/recover\/password\/done$/);
		await checkPage(page, window, 'recover-password-done');
		const fresh = { ...person, password: NEW_PASSWORD };
		await signIn(page, `${stack.portalUrl}/sign-in`, fresh, app, words, /\/start$/);
		expect(troubles).toEqual([]);
		await context.close();
	});

	test(`A21: a lost phone with a saved code, by keyboard in under three minutes, on the ${window.name}`, async ({
		device,
		stack
	}) => {
		const person = personOf(`phone-${window.name}`);
		const context = await device.open(window);
		const page = await context.newPage();
		await register(page, stack, person, words);
		const [code = ''] = await savedCodes(page);
		await page.goto(`${stack.portalUrl}/recover/phone`);
		await checkPage(page, window, 'recover-phone');
		const startMs = Date.now();
		await typeInto(page, 'email', person.email);
		await typeInto(page, 'password', person.password);
		await typeInto(page, 'recoveryCode', code);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/\/recover\/authenticator$/);
		const app = new Authenticator((await page.locator('#totp-key').textContent()) ?? '');
		await checkPage(page, window, 'recover-authenticator');
		await typeInto(page, 'code', await app.nextCode());
		await page.keyboard.press('Enter');
		await expect(page.locator('#recovery-codes li')).toHaveCount(10);
		expect(Date.now() - startMs).toBeLessThan(180_000);
		expect(await savedCodes(page)).not.toContain(code);
		await checkPage(page, window, 'recover-codes');
		await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_authenticator_recovered_subject({}, words))
		);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
		await context.close();
	});

	test(`A22, A24: a case from the two answers to the check by staff, on the ${window.name}`, async ({
		device,
		stack
	}) => {
		const person = personOf(`case-${window.name}`);
		const context = await device.open(window);
		const page = await context.newPage();
		await register(page, stack, person, words);
		await page.goto(`${stack.portalUrl}/recover/case`);
		await checkPage(page, window, 'recover-case');
		await typeInto(page, 'email', person.email);
		await typeInto(page, 'password', person.password);
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/check-mail$/);
		const mail = await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_open_recovery_subject({}, words))
		);
		await page.goto(linkIn(mail.text));
		await checkPage(page, window, 'recover-confirm');
		await page.getByRole('button', { name: m.recovery_confirm_send({}, words) }).click();
		await checkPage(page, window, 'recover-answers');
		await typeInto(page, 'answer1', 'am alten  BIRKENHOF');
		await typeInto(page, 'answer2', 'frau lund');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(
			m.recovery_opened_title({}, words)
		);
		await checkPage(page, window, 'recover-opened');

		// The built Worker has the system's clock: the end of the 72 hours is moved in the database.
		const client = createClient({
			url: stack.databaseUrl,
			...(stack.bindings['DATABASE_TOKEN'] && { authToken: stack.bindings['DATABASE_TOKEN'] })
		});
		await client.execute('update recovery_cases set ready_at_ms = opened_at_ms');
		client.close();
		const { accounts } = await readDemo(stack.dataDir);
		const sheet = accounts.find((one) => one.role === 'clerk');
		if (!sheet) throw new Error('the demo has no clerk');
		const clerkApp = new Authenticator(sheet.secret);
		await signIn(page, `${stack.portalUrl}/staff/sign-in`, sheet, clerkApp, words, /\/staff$/);
		await page.getByRole('link', { name: m.recovery_staff_nav({}, words) }).click();
		await checkPage(page, window, 'staff-recoveries');
		await page.getByRole('row').filter({ hasText: 'Zoë Ødegård' }).getByRole('link').last().click();
		await checkPage(page, window, 'staff-recovery');
		await page.getByRole('button', { name: m.recovery_staff_check({}, words) }).click();
		await expect(page.getByText(m.recovery_staff_done_check({}, words))).toBeVisible();
		await context.close();
	});
}
