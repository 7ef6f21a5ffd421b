import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { Authenticator } from './support/codes.ts';
import { mailsTo, waitForMail } from './support/mailbox.ts';
import { sendLetter } from './support/letters.ts';
import { fillLetter, fillRegistration, linkContract, signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';

// These walks mostly wait for the next code of an authenticator: all on one worker, so that the other one works meanwhile.
test.describe.configure({ mode: 'default' });

for (const window of [PHONE, DESKTOP]) {
	test(`a person registers, signs in, links a contract and signs out (${window.name}, ${window.locale})`, async ({
		stack,
		device
	}) => {
		const words = wordsOf(window);
		const person = {
			firstName: 'Zoë',
			lastName: 'Ødegård',
			email: `zoe.${window.name}@example.org`,
			password: 'zwölf Monate im Norden'
		};
		const context = await device.open(window);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);

		await page.goto(stack.portalUrl);
		await checkPage(page, window, 'welcome');
		await page.goto(`${stack.portalUrl}/register`);
		await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
		await expect(page.getByRole('alert')).toBeFocused();
		await checkPage(page, window, 'register-errors');
		await fillRegistration(page, person, words);
		await page.getByLabel(m.accounts_new_password({}, words), { exact: true }).fill('zu kurz');
		await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
		await expect(page.getByLabel(m.accounts_first_name({}, words), { exact: true })).toHaveValue(
			'Zoë'
		);
		await fillRegistration(page, person, words);
		await checkPage(page, window, 'register-filled');
		await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
		await expect(page).toHaveURL(/check-mail$/);
		await checkPage(page, window, 'check-mail');

		const mail = await waitForMail(stack.inboxUrl, person.email, /E-Mail-Adresse|e-mail address/);
		const link = /http\S+\/register\/verify#[A-Z2-7]+/.exec(mail.text)?.[0] ?? '';
		await page.goto(link);
		await expect(page).toHaveURL(/register\/verify$/);
		await page
			.getByLabel(m.accounts_verify_password({}, words), { exact: true })
			.fill('geraten 123');
		await page.getByRole('button', { name: m.accounts_verify_send({}, words) }).click();
		await expect(page.getByText(m.issue_password_wrong({}, words)).first()).toBeVisible();
		await checkPage(page, window, 'verify');
		await page
			.getByLabel(m.accounts_verify_password({}, words), { exact: true })
			.fill(person.password);
		await page.getByRole('button', { name: m.accounts_verify_send({}, words) }).click();
		await expect(page).toHaveURL(/register\/authenticator$/);
		await checkPage(page, window, 'authenticator');
		const app = new Authenticator((await page.locator('#totp-key').textContent()) ?? '');
		await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(app.wrongCode());
		await page.getByRole('button', { name: m.accounts_authenticator_send({}, words) }).click();
		await expect(page.getByRole('alert')).toBeFocused();
		await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(await app.nextCode());
		await page.getByRole('button', { name: m.accounts_authenticator_send({}, words) }).click();
		await expect(page.locator('#recovery-codes li')).toHaveCount(10);
		await checkPage(page, window, 'recovery-codes');

		await page.goto(`${stack.portalUrl}/sign-in`);
		await checkPage(page, window, 'sign-in');
		await page.getByLabel(m.accounts_email({}, words), { exact: true }).fill(person.email);
		await page
			.getByLabel(m.accounts_password({}, words), { exact: true })
			.fill('falsch geraten 123');
		await page.getByRole('button', { name: m.accounts_sign_in_next({}, words) }).click();
		await checkPage(page, window, 'sign-in-code');
		await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(await app.nextCode());
		await page.getByRole('button', { name: m.accounts_sign_in_finish({}, words) }).click();
		await expect(page.getByRole('alert')).toContainText(m.accounts_error_sign_in_failed({}, words));

		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
		await checkPage(page, window, 'start-empty');
		// The bare address is their own start page now.
		await page.goto(stack.portalUrl);
		await expect(page).toHaveURL(/\/start$/);
		const letter = await sendLetter(stack);
		await page.goto(`${stack.portalUrl}/contracts/link`);
		await fillLetter(page, { ...letter, activationCode: 'falsch' }, words);
		await expect(page.getByRole('alert')).toContainText(m.contracts_error_link_refused({}, words));
		await expect(
			page.getByLabel(m.contracts_policy_number({}, words), { exact: true })
		).toHaveValue(letter.policyNumber);
		await checkPage(page, window, 'link-refused');
		await linkContract(page, stack.portalUrl, letter, words);
		await checkPage(page, window, 'contract');
		await expect(page.locator('body')).not.toContainText('0532013000');
		await page.goto(`${stack.portalUrl}/contracts`);
		await checkPage(page, window, 'contracts');
		await page.goto(`${stack.portalUrl}/account/activity`);
		await expect(page.getByText(m.accounts_log_sign_in_failed({}, words)).first()).toBeVisible();
		await page.goto(`${stack.portalUrl}/account`);
		await page
			.getByRole('main')
			.getByRole('button', { name: m.portal_sign_out({}, words) })
			.click();
		await expect(page).toHaveURL(/signed-out$/);
		await checkPage(page, window, 'signed-out');
		await page.goto(`${stack.portalUrl}/account`);
		await expect(page).toHaveURL(/\/sign-in\?next=%2Faccount$/);

		const mails = await mailsTo(stack.inboxUrl, person.email);
		expect(mails.length).toBeGreaterThanOrEqual(2);
		expect(troubles).toEqual([]);
		await context.close();
	});
}
