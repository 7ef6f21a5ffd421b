import { chromium, type Page } from '@playwright/test';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { sendLetter } from './support/letters.ts';
import { waitForMail } from './support/mailbox.ts';
import { linkContract, signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';
import { pageOf } from './support/visitor-page.ts';

/** The reference on a receipt. */
async function referenceOn(page: Page): Promise<string> {
	const text = await page.getByText(/^V-\d{4}-[2-9A-Z]{8}$/).textContent();
	return text?.trim() ?? '';
}

for (const window of [PHONE, DESKTOP]) {
	test(`S8, D8: a customer lets a representative in, changes the account of a contract, and a mail stops it (${window.name}, ${window.locale})`, async ({
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

		await expect(main.getByText(m.contracts_documents_none({}, words))).toBeVisible();
		await checkPage(page, window, 'contract');
		await main.getByRole('link', { name: m.contracts_ticket_link({}, words) }).click();
		await checkPage(page, window, 'contract-ticket');
		await main.getByRole('link', { name: m.contracts_back_to_contract({}, words) }).click();
		await main.getByRole('link', { name: m.access_link({}, words) }).click();
		await press(m.access_make_code({}, words));
		await expect(page.getByRole('alert')).toBeFocused();
		await checkPage(page, window, 'contract-access-errors');
		await main.getByLabel(m.access_scope_claims({}, words)).check();
		await page.locator('input[name=endsOn]').fill('2027-01-31');
		await press(m.access_make_code({}, words));
		await expect(main.locator('#code')).toHaveText(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
		await checkPage(page, window, 'contract-access');
		await main.getByRole('link', { name: m.contracts_back_to_contract({}, words) }).click();

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
		const letter = m.contracts_notice_account_changing_title({}, words);
		await expect(main.getByRole('link', { name: letter })).toBeVisible();
		await checkPage(page, window, 'contract-account-waiting');
		await main.getByRole('link', { name: m.contracts_documents_all({}, words) }).click();
		await expect(page).toHaveURL(/\/mailbox\?show=documents$/);
		await checkPage(page, window, 'mailbox-of-contract');
		await main.getByRole('link', { name: letter }).click();
		await expect(page).toHaveTitle(new RegExp(letter));
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

for (const window of [PHONE, DESKTOP]) {
	test(`A17: a contract is terminated and withdrawn from, and a clerk answers (${window.name}, ${window.locale})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		const words = wordsOf(window);
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const page = await pageOf(browser, stack.portalUrl, cast.ada, window);
			const troubles = watchPage(page, stack.portalUrl);
			const press = (name: string) => page.getByRole('main').getByRole('button', { name }).click();
			const contract = `${stack.portalUrl}/contracts/${cast.adasIds['contracts'] ?? ''}`;

			await page.goto(contract);
			await page.getByRole('link', { name: m.contracts_terminate_title({}, words) }).click();
			await press(m.contracts_request_next({}, words));
			await expect(page.getByRole('alert')).toBeFocused();
			await checkPage(page, window, 'contract-termination-errors');
			const day = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
			await page.locator('input[name=wishedOn]').fill(day);
			await press(m.contracts_request_next({}, words));
			await checkPage(page, window, 'contract-termination-check');
			await press(m.contracts_terminate_confirm({}, words));
			const ended = await referenceOn(page);
			await checkPage(page, window, 'contract-termination-receipt');
			await page.goto(contract);
			await expect(page.getByRole('main').getByText(ended)).toBeVisible();
			await checkPage(page, window, 'contract-requests');

			// anybody, without an account; the number is one that nobody has
			await page.context().clearCookies();
			await page.goto(`${stack.portalUrl}/withdraw`);
			await page.locator('input[name=name]').fill('Ida Norén');
			await page.locator('input[name=policyNumber]').fill('MA-9999-9999');
			await press(m.contracts_request_next({}, words));
			await expect(page.getByRole('alert')).toBeFocused();
			await expect(page.locator('input[name=name]')).toHaveValue('Ida Norén');
			await checkPage(page, window, 'withdraw-errors');
			const email = `ida.${window.name}@example.org`;
			await page.locator('input[name=email]').fill(email);
			await press(m.contracts_request_next({}, words));
			await checkPage(page, window, 'withdraw-check');
			await press(m.contracts_withdraw_confirm({}, words));
			const withdrawn = await referenceOn(page);
			await checkPage(page, window, 'withdraw-receipt');
			const mail = await waitForMail(stack.inboxUrl, email, /./);
			expect(mail.text).toContain(withdrawn);
			expect(mail.text).toContain('MA-9999-9999');

			// the clerk sees what an answer does before it is given
			const desk = await pageOf(browser, stack.portalUrl, cast.clerk, window);
			const deskTroubles = watchPage(desk, stack.portalUrl);
			await desk.goto(`${stack.portalUrl}/staff/requests`);
			await checkPage(desk, window, 'desk-requests');
			const card = desk.locator('section.card', { hasText: ended });
			await card.getByRole('button', { name: m.contracts_staff_accept({}, words) }).click();
			await checkPage(desk, window, 'desk-request-accept');
			await desk.getByRole('link', { name: m.contracts_staff_check_back({}, words) }).click();
			await card.getByRole('button', { name: m.contracts_staff_refuse({}, words) }).click();
			await expect(desk.getByRole('alert')).toBeFocused();
			await checkPage(desk, window, 'desk-requests-errors');
			await card.getByRole('combobox').selectOption('proof-missing');
			await card.getByRole('button', { name: m.contracts_staff_refuse({}, words) }).click();
			await checkPage(desk, window, 'desk-request-refuse');
			await desk.getByRole('button', { name: m.contracts_staff_refuse_now({}, words) }).click();
			await expect(desk).toHaveURL(/done=1$/);
			await expect(card).toHaveCount(0);
			await expect(desk.locator('section.card', { hasText: withdrawn })).toBeVisible();
			await checkPage(desk, window, 'desk-request-answered');
			expect(troubles).toEqual([]);
			expect(deskTroubles).toEqual([]);
		} finally {
			await browser.close();
		}
	});
}
