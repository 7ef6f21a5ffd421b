import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';

/** A phone's own authenticator: keeps passkeys, verifies its user, answers without a person. */
async function addAuthenticator(page: Page): Promise<void> {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('WebAuthn.enable');
	await devtools.send('WebAuthn.addVirtualAuthenticator', {
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

for (const window of [PHONE, DESKTOP]) {
	test(`S8: a passkey is added, signs in alone and confirms (${window.name}, ${window.locale})`, async ({
		stack,
		device
	}) => {
		const words = wordsOf(window);
		const person = {
			firstName: 'Lale',
			lastName: 'Aydın',
			email: `lale.${window.name}@example.org`,
			password: 'neunzehn Möwen am Kai'
		};
		const context = await device.open(window);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		await addAuthenticator(page);
		const button = (name: string) => page.getByRole('main').getByRole('button', { name });
		const app = await register(page, stack, person, words);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);

		await page.goto(`${stack.portalUrl}/account/passkeys`);
		await checkPage(page, window, 'passkeys-none');
		await page.getByLabel(m.accounts_passkeys_label({}, words)).fill('Mein Handy');
		await button(m.accounts_act_next({}, words)).click();
		await expect(page).toHaveURL(/\/account\/confirm\//);
		await checkPage(page, window, 'passkey-add');
		await page
			.getByLabel(m.accounts_confirm_password({}, words), { exact: true })
			.fill(person.password);
		await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(await app.nextCode());
		await button(m.accounts_act_passkey_add_send({}, words)).click();
		await expect(page.getByText(m.accounts_act_passkey_add_done({}, words))).toBeVisible();
		await page.goto(`${stack.portalUrl}/account/passkeys`);
		await expect(page.getByText('Mein Handy').first()).toBeVisible();
		await checkPage(page, window, 'passkeys');

		await button(m.portal_sign_out({}, words))
			.or(page.getByRole('button', { name: m.portal_sign_out({}, words) }))
			.first()
			.click();
		await expect(page).toHaveURL(/signed-out$/);
		await page.goto(`${stack.portalUrl}/sign-in?next=/account/passkeys`);
		await checkPage(page, window, 'sign-in-ways');
		await page.getByRole('link', { name: m.accounts_passkey_sign_in({}, words) }).click();
		await expect(page).toHaveURL(/\/sign-in\/passkey/);
		await checkPage(page, window, 'sign-in-passkey');
		await button(m.accounts_passkey_sign_in({}, words)).focus();
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/\/account\/passkeys$/);

		await button(m.accounts_passkeys_remove({}, words)).click();
		await page
			.getByLabel(m.accounts_confirm_password({}, words), { exact: true })
			.fill(person.password);
		await button(m.accounts_confirm_passkey({}, words)).click();
		await expect(page.getByText(m.accounts_act_passkey_remove_done({}, words))).toBeVisible();
		await page.goto(`${stack.portalUrl}/account/passkeys`);
		await expect(page.getByText(m.accounts_passkeys_none({}, words))).toBeVisible();
		expect(troubles).toEqual([]);
		await context.close();
	});
}

test('without a script the passkey page says how else to sign in', async ({ stack, device }) => {
	const words = wordsOf(DESKTOP);
	const context = await device.open(DESKTOP, { javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${stack.portalUrl}/sign-in/passkey`);
	await expect(page.getByText(m.accounts_passkey_missing({}, words))).toBeVisible();
	await page.getByRole('link', { name: m.accounts_passkey_password({}, words) }).click();
	await expect(page).toHaveURL(/\/sign-in$/);
	await context.close();
});
