import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { waitForMail } from './support/mailbox.ts';
import { signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';

for (const window of [PHONE, DESKTOP]) {
	test(`A25, L6: a new device is told by mail, and "not me" closes the account until a new password (${window.name}, ${window.locale})`, async ({
		stack,
		device
	}) => {
		const words = wordsOf(window);
		const person = {
			firstName: 'Ravi',
			lastName: 'Menon',
			email: `ravi.${window.name}@example.org`,
			password: 'achtzehn Kähne auf der Spree'
		};
		const context = await device.open(window);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const app = await register(page, stack, person, words);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
		const mail = await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_new_device_subject({}, words))
		);

		// An opened link does nothing: mail scanners open every link.
		await page.goto(/http\S+\/not-me#[A-Z2-7]+/.exec(mail.text)?.[0] ?? '');
		await expect(page).toHaveURL(/\/not-me$/);
		await checkPage(page, window, 'not-me');
		await page.goto(`${stack.portalUrl}/account`);
		await expect(page).toHaveURL(/\/account$/);
		await page.goto(/http\S+\/not-me#[A-Z2-7]+/.exec(mail.text)?.[0] ?? '');
		await page.getByRole('button', { name: m.accounts_not_me_send({}, words) }).click();
		await expect(
			page.getByRole('heading', { name: m.accounts_not_me_done_title({}, words) })
		).toBeVisible();
		await checkPage(page, window, 'not-me-done');
		await page.goto(`${stack.portalUrl}/account`);
		await expect(page).toHaveURL(/\/sign-in\?next=/);

		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/account\/password$/);
		await checkPage(page, window, 'forced-password');
		await page.goto(`${stack.portalUrl}/contracts`);
		await expect(page).toHaveURL(/\/account\/password$/);
		await page.goto(`${stack.portalUrl}/sign-in/unlock`);
		await page.getByRole('button', { name: m.accounts_unlock_send({}, words) }).click();
		await expect(page.getByRole('alert')).toBeFocused();
		await checkPage(page, window, 'unlock-errors');
		expect(troubles).toEqual([]);
		await context.close();
	});
}
