import { readFile } from 'node:fs/promises';
import { createClient } from '@libsql/client';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { m } from '#lib/i18n/generated/messages.js';
import { checkPage, watchPage } from './support/checks.ts';
import { waitForMail } from './support/mailbox.ts';
import { signIn, wordsOf, type Words } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { register } from './support/register.ts';

async function prove(page: Page, words: Words, password: string, code: string, send: string) {
	await page.getByLabel(m.accounts_confirm_password({}, words), { exact: true }).fill(password);
	await page.locator('input[name=code]').fill(code);
	await page.getByRole('button', { name: send }).click();
}

/** The fourteen days are over, as the database has it; the job of the minute does the rest. */
async function endWaiting(databaseUrl: string): Promise<void> {
	const client = createClient({ url: databaseUrl });
	try {
		const { rowsAffected } = await client.execute(
			'update accounts set deletion_due_at_ms = 1 where deletion_due_at_ms is not null'
		);
		expect(rowsAffected).toBe(1);
	} finally {
		client.close();
	}
}

for (const window of [PHONE, DESKTOP]) {
	test(`S8, D5: a customer takes a copy, deletes the account, keeps it, and deletes it (${window.name}, ${window.locale})`, async ({
		stack,
		device
	}) => {
		const words = wordsOf(window);
		const person = {
			firstName: 'Lale',
			lastName: 'Aydın',
			email: `data.${window.name}@example.org`,
			password: 'neunzehn Möwen am Kai'
		};
		const first = await device.open(window);
		const app = await register(await first.newPage(), stack, person, words);
		await first.close();
		// On the phone without a script: everything works by forms alone.
		const context = await device.open(window, {
			javaScriptEnabled: window === DESKTOP,
			acceptDownloads: true
		});
		const page = await context.newPage();
		const troubles = watchPage(page, stack.portalUrl);
		const press = (name: string) => page.getByRole('main').getByRole('button', { name }).click();
		const go = (path: string) => page.goto(`${stack.portalUrl}${path}`);
		const look = (name: string) =>
			window === DESKTOP ? checkPage(page, window, name) : keepPicture(page, name);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);

		await go('/account');
		await page.getByRole('link', { name: m.privacy_account_link({}, words) }).click();
		await expect(page).toHaveURL(/\/account\/data$/);
		await look('data');
		await press(m.privacy_export_send({}, words));
		await expect(page).toHaveURL(/\/account\/confirm\//);
		await look('data-confirm-export');
		const code = await app.nextCode();
		await prove(page, words, person.password, code, m.privacy_act_export_send({}, words));
		await expect(page).toHaveURL(/\/account\/data\?done=/);
		await look('data-export-ready');
		const downloading = page.waitForEvent('download');
		await press(m.privacy_export_download({}, words));
		const download = await downloading;
		expect(download.suggestedFilename()).toMatch(/^(meine-daten|my-data)-\d{4}-\d\d-\d\d\.zip$/);
		const files = unzipSync(new Uint8Array(await readFile(await download.path())));
		const data = new TextDecoder().decode(files['data.json']);
		expect(data).toContain(person.email);
		expect(JSON.parse(data)).toMatchObject({ person: { lastName: 'Aydın' }, claims: [] });
		expect(Object.keys(files)).toContain(m.privacy_readme_name({}, words));

		const askForEnd = async () => {
			await go('/account/data/delete');
			await press(m.privacy_delete_send({}, words));
			await expect(page).toHaveURL(/\/account\/confirm\//);
			const next = await app.nextCode();
			await prove(page, words, person.password, next, m.privacy_act_delete_send({}, words));
			await expect(page).toHaveURL(/\/account\/data\?done=/);
			await expect(page.getByText(m.privacy_closing_title({}, words))).toBeVisible();
		};
		await go('/account/data/delete');
		await look('data-delete');
		await askForEnd();
		await look('data-closing');
		const subject = new RegExp(m.mails_closing_account_subject({}, words));
		const mail = await waitForMail(stack.inboxUrl, person.email, subject);
		await page.goto(/http\S+\/keep-account#[A-Z2-7]+/.exec(mail.text)?.[0] ?? '');
		await look('keep-account');
		// Without a script the code is typed from the mail.
		const keepCode = /keep-account#([A-Z2-7]+)/.exec(mail.text)?.[1] ?? '';
		await page.locator('input[name=code]').fill(keepCode);
		await press(m.privacy_keep({}, words));
		await expect(
			page.getByRole('heading', { name: m.privacy_keep_done_title({}, words) })
		).toBeVisible();
		await look('account-kept');
		// Somebody had all that opens the account: nobody stays signed in.
		await go('/account/data');
		await expect(page).toHaveURL(/\/sign-in/);
		await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
		await go('/account/data');
		await expect(page.getByText(m.privacy_closing_title({}, words))).toHaveCount(0);

		await askForEnd();
		await endWaiting(stack.databaseUrl);
		await stack.runJobs();
		await waitForMail(
			stack.inboxUrl,
			person.email,
			new RegExp(m.mails_account_deleted_subject({}, words))
		);
		await go('/account/data');
		await expect(page).toHaveURL(/\/sign-in/);
		expect(troubles).toEqual([]);
		await context.close();
	});
}

async function keepPicture(page: Page, name: string): Promise<void> {
	for (const colorScheme of ['dark', 'light'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await page.screenshot({
			path: `test-results/pages/phone-${colorScheme}-${name}.png`,
			fullPage: true
		});
	}
}
