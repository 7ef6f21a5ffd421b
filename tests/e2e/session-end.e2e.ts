import { createClient } from '@libsql/client';
import type { Page } from '@playwright/test';
import { CUSTOMER_IDLE_MS } from '#lib/domain/accounts/lifetimes.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { signIn, wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';

const MINUTE_MS = 60_000;

/** Moves every session's last use into the past: the server's clock is the system's and cannot be set. */
async function ageSessions(
	stack: { readonly databaseUrl: string; readonly bindings: Readonly<Record<string, string>> },
	unusedMs: number
): Promise<void> {
	const client = createClient({
		url: stack.databaseUrl,
		authToken: stack.bindings['DATABASE_TOKEN'] ?? ''
	});
	await client.execute({
		sql: 'update sessions set last_seen_at_ms = ?',
		args: [Date.now() - unusedMs]
	});
	client.close();
}

const dialogOf = (page: Page) => page.getByRole('dialog');

for (const window of [PHONE, DESKTOP]) {
	test(`W6: a session warns before its end, is extended by one press, and keeps what was typed (${window.name}, ${window.locale})`, async ({
		stack,
		device
	}) => {
		const words = wordsOf(window);
		const person = {
			firstName: 'Amina',
			lastName: 'Diallo',
			email: `amina.${window.name}@example.org`,
			password: 'dreizehn Busse nach Bremen'
		};
		const context = await device.open(window);
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const app = await register(page, stack, person, words);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);

		await page.clock.install();
		await page.goto(`${stack.portalUrl}/contracts/link`);
		await ageSessions(stack, CUSTOMER_IDLE_MS - 90_000);
		await page.clock.fastForward(CUSTOMER_IDLE_MS - 90_000);
		await expect(dialogOf(page)).toBeVisible();
		await expect(
			page.getByRole('button', { name: m.portal_session_stay({}, words) })
		).toBeFocused();
		await checkPage(page, window, 'session-warning');
		await page.keyboard.press('Enter');
		await expect(dialogOf(page)).toBeHidden();

		await page
			.getByLabel(m.contracts_policy_number({}, words), { exact: true })
			.fill('MA-1234-5678');
		await page.getByLabel(m.contracts_activation_code({}, words), { exact: true }).fill('GEHEIM');
		await ageSessions(stack, CUSTOMER_IDLE_MS + MINUTE_MS);
		await page.clock.fastForward(CUSTOMER_IDLE_MS + MINUTE_MS);
		await expect(page).toHaveURL(/\/sign-in\?next=%2Fcontracts%2Flink&ended=kept$/);
		await expect(page.getByText(m.accounts_ended_kept({}, words))).toBeVisible();
		await checkPage(page, window, 'session-ended');
		// Neither the history nor anything a script can read holds what was typed.
		await page.goBack();
		await expect(page.locator('body')).not.toContainText('MA-1234-5678');
		const readable = await page.evaluate(() =>
			JSON.stringify([localStorage, sessionStorage, document.cookie])
		);
		expect(readable).not.toContain('MA-1234');

		await signIn(
			page,
			`${stack.portalUrl}/sign-in?next=/contracts/link`,
			person,
			app,
			words,
			/\/contracts\/link$/
		);
		await expect(
			page.getByLabel(m.contracts_policy_number({}, words), { exact: true })
		).toHaveValue('MA-1234-5678');
		await expect(
			page.getByLabel(m.contracts_activation_code({}, words), { exact: true })
		).toHaveValue('');
		await checkPage(page, window, 'session-kept');
		expect(troubles).toEqual([]);
		await context.close();
	});
}

test('W6: without a script, a form sent after the end is kept as well', async ({
	stack,
	device
}) => {
	const words = wordsOf(DESKTOP);
	const person = {
		firstName: 'Noor',
		lastName: 'Haddad',
		email: 'noor.haddad@example.org',
		password: 'vierzehn Lampen im Hof'
	};
	const first = await device.open(DESKTOP);
	const app = await register(await first.newPage(), stack, person, words);
	await first.close();
	const context = await device.open(DESKTOP, { javaScriptEnabled: false });
	const page = await context.newPage();
	await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
	await page.goto(`${stack.portalUrl}/contracts/link`);
	const policyNumber = page.getByLabel(m.contracts_policy_number({}, words), { exact: true });
	await policyNumber.fill('MA-8765-4321');
	await ageSessions(stack, CUSTOMER_IDLE_MS + MINUTE_MS);
	await page.getByRole('button', { name: m.contracts_link_send({}, words) }).click();
	await expect(page).toHaveURL(/ended=kept$/);
	await signIn(page, page.url(), person, app, words, /\/contracts\/link$/);
	await expect(policyNumber).toHaveValue('MA-8765-4321');
	await expect(page.getByText(m.portal_kept_title({}, words))).toBeVisible();
	await context.close();
});
