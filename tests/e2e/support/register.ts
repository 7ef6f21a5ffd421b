import { expect, type Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { Authenticator } from './codes.ts';
import type { CastStack } from './cast.ts';
import { waitForMail } from './mailbox.ts';
import { forgetSteps, rowsOf } from './newcomer.ts';
import { fillRegistration, type Person, type Words } from './people.ts';

/**
 * Walks the whole registration; answers the person's authenticator app. All tests of a run come from
 * one address: thirty mails an hour are for one of them, not for all.
 */
export async function register(
	page: Page,
	stack: CastStack,
	person: Person,
	words: Words
): Promise<Authenticator> {
	await rowsOf(stack, 'delete from throttles where scope = ?', ['mails/from-address']);
	await page.goto(`${stack.portalUrl}/register`);
	await fillRegistration(page, person, words);
	await page.getByRole('button', { name: m.accounts_register_send({}, words) }).click();
	await expect(page).toHaveURL(/check-mail$/);
	const mail = await waitForMail(
		stack.inboxUrl,
		person.email,
		new RegExp(m.mails_verify_subject({}, words))
	);
	await page.goto(/http\S+#[A-Z2-7]+/.exec(mail.text)?.[0] ?? '');
	await page
		.getByLabel(m.accounts_verify_password({}, words), { exact: true })
		.fill(person.password);
	await page.getByRole('button', { name: m.accounts_verify_send({}, words) }).click();
	const secret = (await page.locator('#totp-key').textContent()) ?? '';
	const app = new Authenticator(secret, forgetSteps(stack));
	await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(await app.nextCode());
	await page.getByRole('button', { name: m.accounts_authenticator_send({}, words) }).click();
	await expect(page.locator('#recovery-codes li')).toHaveCount(10);
	return app;
}
