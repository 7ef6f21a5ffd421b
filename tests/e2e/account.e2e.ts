import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { Authenticator } from './support/codes.ts';
import { waitForMail } from './support/mailbox.ts';
import { forgetSteps } from './support/newcomer.ts';
import { signIn, wordsOf, type Words } from './support/people.ts';
import { DESKTOP, expect, newDevice, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';

const NEW_PASSWORD = 'sieben Schafe im Regen';
const SIGN_IN = /\/sign-in(\?.*)?$/;

/** The proof that every sensitive act asks for. */
async function prove(page: Page, words: Words, code: string, send: string, password?: string) {
	if (password !== undefined) {
		await page.getByLabel(m.accounts_confirm_password({}, words), { exact: true }).fill(password);
	}
	await page.locator('input[name=code]').fill(code);
	await page.getByRole('button', { name: send }).click();
}

// These walks mostly wait for the next code of an authenticator: all on one worker, so that the other one works meanwhile.
test.describe.configure({ mode: 'default' });

for (const window of [PHONE, DESKTOP]) {
	test(`S6, S8, A25: the owner looks after their account (${window.name}, ${window.locale})`, async ({
		stack,
		device,
		browserPath
	}) => {
		const words = wordsOf(window);
		const person = {
			firstName: 'Zoë',
			lastName: 'Ødegård',
			email: `owner.${window.name}@example.org`,
			password: 'zwölf Monate im Norden'
		};
		const context = await device.open(window, { extraHTTPHeaders: { 'cf-ipcountry': 'PT' } });
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const go = (path: string) => page.goto(`${stack.portalUrl}${path}`);
		const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
		const ask = () => press(m.accounts_act_next({}, words));
		const app = await register(page, stack, person, words);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);

		await go('/account');
		await expect(page.getByText(`o•••@example.org`)).toBeVisible();
		await checkPage(page, window, 'account');
		await go('/account/activity');
		await expect(
			page.getByRole('main').getByText(m.accounts_log_signed_in({}, words), { exact: true }).first()
		).toBeVisible();
		await checkPage(page, window, 'account-activity');

		// Password: told beside the field, then confirmed; a wrong proof changes nothing.
		await go('/account/password');
		await checkPage(page, window, 'account-password');
		await page.locator('input[name=password]').fill('zu kurz');
		await ask();
		await expect(page.getByRole('alert')).toBeFocused();
		await page.locator('input[name=password]').fill(NEW_PASSWORD);
		await ask();
		await expect(page).toHaveURL(/\/account\/confirm\/[0-9a-f-]+$/);
		await checkPage(page, window, 'account-confirm-password');
		const changePassword = m.accounts_act_password_send({}, words);
		await prove(page, words, app.wrongCode(), changePassword, person.password);
		await expect(page.getByRole('alert')).toContainText(m.accounts_error_step_up_failed({}, words));
		await checkPage(page, window, 'account-confirm-refused');
		await prove(page, words, await app.nextCode(), changePassword, person.password);
		await expect(page).toHaveURL(/\/account\?done=/);
		await expect(page.getByText(m.accounts_act_password_done({}, words))).toBeVisible();
		await checkPage(page, window, 'account-done');
		const told = await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_changed_subject({}, words))
		);
		expect(told.text).toMatch(/\/not-me#[A-Z2-7]{40}/);
		await go('/account/activity');
		await expect(page.getByText(m.accounts_log_step_up_failed({}, words)).first()).toBeVisible();

		await go('/account/mobile');
		await checkPage(page, window, 'account-mobile');
		await page.locator('input[name=mobile]').fill('+351 912 345 678');
		await ask();
		await checkPage(page, window, 'account-confirm-mobile');

		await go('/account/questions');
		await ask();
		await checkPage(page, window, 'account-questions-errors');
		await page.locator('select[name=question1]').selectOption('childhood-friend');
		await page.locator('input[name=answer1]').fill('Tomke vom Deich');
		await page.locator('select[name=question2]').selectOption('first-journey');
		await page.locator('input[name=answer2]').fill('Funchal im März');
		await ask();
		await checkPage(page, window, 'account-confirm-questions');

		await go('/account/recovery-codes');
		await checkPage(page, window, 'account-recovery-codes');
		await press(m.accounts_codes_send({}, words));
		await checkPage(page, window, 'account-confirm-codes');
		await prove(
			page,
			words,
			await app.nextCode(),
			m.accounts_act_codes_send({}, words),
			NEW_PASSWORD
		);
		await expect(page.locator('#recovery-codes li')).toHaveCount(10);
		await checkPage(page, window, 'account-new-codes');

		// The address: nothing counts before the new mailbox has answered.
		const newEmail = `moved.${window.name}@example.org`;
		await go('/account/email');
		await checkPage(page, window, 'account-email');
		await page.locator('input[name=email]').fill(newEmail);
		await ask();
		await expect(page.getByText(newEmail)).toBeVisible();
		await checkPage(page, window, 'account-confirm-email');
		await prove(
			page,
			words,
			await app.nextCode(),
			m.accounts_act_email_send({}, words),
			NEW_PASSWORD
		);
		await expect(page.getByText(m.accounts_email_waiting_title({}, words))).toBeVisible();
		await checkPage(page, window, 'account-email-waiting');
		const invited = await waitForMail(
			stack.inboxUrl,
			newEmail,
			new RegExp(m.mails_confirm_email_subject({}, words))
		);
		await page.goto(/http\S+\/email\/confirm#[A-Z2-7]+/.exec(invited.text)?.[0] ?? '');
		await checkPage(page, window, 'email-confirm');
		await press(m.accounts_email_confirm_send({}, words));
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(
			m.accounts_email_confirm_done_title({}, words)
		);
		await checkPage(page, window, 'email-confirmed');
		await go('/account');
		await expect(page.getByText('m•••@example.org')).toBeVisible();

		// A new phone, by keyboard alone, in under a minute.
		await go('/account/authenticator');
		await checkPage(page, window, 'account-authenticator');
		await page
			.getByRole('button', {
				name: m.accounts_authenticator_change_send({}, words)
			})
			.focus();
		const startedAtMs = Date.now();
		await page.keyboard.press('Enter');
		await expect(page.locator('#totp-key')).toBeVisible();
		const newSecret = (await page.locator('#totp-key').textContent()) ?? '';
		const newApp = new Authenticator(newSecret, forgetSteps(stack));
		await page.locator('input[name=newCode]').focus();
		const oldCode = await app.nextCode();
		await page.keyboard.type(await newApp.nextCode());
		await page.keyboard.press('Tab');
		await page.keyboard.type(NEW_PASSWORD);
		// Past the button that shows the password.
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await page.keyboard.type(oldCode);
		await page.keyboard.press('Enter');
		await expect(page.getByText(m.accounts_act_authenticator_done({}, words))).toBeVisible();
		expect(Date.now() - startedAtMs).toBeLessThan(60_000);

		// A second device, seen and ended from the first.
		const second = newDevice(browserPath);
		const otherContext = await second.open(window);
		const other = await otherContext.newPage();
		const moved = { email: newEmail, password: NEW_PASSWORD };
		await signIn(other, `${stack.portalUrl}/sign-in`, moved, newApp, words, /\/start$/);
		await go('/account/devices');
		await expect(page.getByText(/Portugal/)).toBeVisible();
		await checkPage(page, window, 'account-devices');
		await page
			.getByRole('main')
			.getByRole('button', { name: m.accounts_session_end({}, words) })
			.first()
			.click();
		await checkPage(page, window, 'account-confirm-session');
		await prove(page, words, await newApp.nextCode(), m.accounts_act_session_send({}, words));
		await expect(page.getByText(m.accounts_act_session_done({}, words))).toBeVisible();
		await other.goto(`${stack.portalUrl}/start`);
		await expect(other).toHaveURL(SIGN_IN);
		await otherContext.close();
		second.forget();

		await go('/account/disown');
		await checkPage(page, window, 'account-disown');
		await press(m.accounts_disown_send({}, words));
		await expect(page.getByText(m.accounts_disown_done_title({}, words))).toBeVisible();
		await checkPage(page, window, 'account-disowned');
		await go('/account');
		await expect(page).toHaveURL(SIGN_IN);
		expect(troubles).toEqual([]);
		await context.close();
	});
}
