import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { sendLetter } from './support/letters.ts';
import { waitForMail } from './support/mailbox.ts';
import { linkContract, signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';

for (const window of [PHONE, DESKTOP]) {
	test(`S8, D8: a customer changes the account of a contract, and a mail stops it (${window.name}, ${window.locale})`, async ({
		stack,
		device
	}) => {
		const words = wordsOf(window);
		const person = {
			firstName: 'Mai',
			lastName: 'Nguyen',
			email: `contracts.${window.name}@example.org`,
			password: 'elf Laternen im Hafen'
		};
		const context = await device.open(window);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const main = page.getByRole('main');
		const press = (name: string) => main.getByRole('button', { name, exact: true }).click();
		const app = await register(page, stack, person, words);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
		await linkContract(page, stack.portalUrl, await sendLetter(stack), words);

		await main.getByRole('link', { name: m.contracts_account_change({}, words) }).click();
		await page.locator('input[name=holder]').fill('Mai Nguyen');
		await page.locator('input[name=iban]').fill('DE02 1203 0000 0000 2020 52');
		await press(m.accounts_act_next({}, words));
		await expect(page.getByRole('alert')).toBeFocused();
		await checkPage(page, window, 'contract-account-errors');
		await page.locator('input[name=iban]').fill('DE02 1203 0000 0000 2020 51');
		await press(m.accounts_act_next({}, words));
		await expect(main.getByText('DE02 1203 0000 0000 2020 51')).toBeVisible();
		await checkPage(page, window, 'contract-account-confirm');
		await page.locator('input[name=code]').fill(await app.nextCode());
		await press(m.contracts_act_account_send({}, words));
		await expect(main.getByText(m.contracts_act_account_done({}, words))).toBeVisible();
		await main.getByRole('link', { name: /Care/ }).first().click();
		await expect(
			main.getByRole('button', { name: m.contracts_account_stop({}, words) })
		).toBeVisible();
		await expect(main.getByText('0000 2020')).toHaveCount(0);
		await checkPage(page, window, 'contract-account-waiting');

		await page.goto(`${stack.portalUrl}/mailbox`);
		await main.getByRole('link', { name: m.documents_kind_contract_notice({}, words) }).click();
		await expect(main.getByText('DE02 1203 0000 0000 2020 51')).toHaveCount(0);
		await checkPage(page, window, 'contract-notice');

		const mail = await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_bank_changing_subject({}, words))
		);
		await page.goto(/http\S+\/bank-account\/stop#[A-Z2-7]+/.exec(mail.text)?.[0] ?? '');
		await checkPage(page, window, 'contract-account-stop');
		await press(m.contracts_account_stop({}, words));
		await expect(page.locator('h1')).toHaveText(m.contracts_stop_done_title({}, words));
		await checkPage(page, window, 'contract-account-stopped');
		expect(troubles).toEqual([]);
	});
}
