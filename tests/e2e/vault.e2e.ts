/** The lock of the drafts, on a device with a profile of its own: who opens it, and who never does. */
import { createClient } from '@libsql/client';
import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { expectSaved } from './support/claim-form.ts';
import { Authenticator } from './support/codes.ts';
import { signIn, wordsOf, type Words } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { findPlaintext } from './support/profile-scan.ts';
import { register } from './support/register.ts';
import { countRows, ownersIn, PASSPHRASE } from './support/vault.ts';

const DIAGNOSIS = 'Mittelohrentzündung links';

const title = (page: Page) => page.getByRole('heading', { level: 1 });
const diagnosis = (page: Page, words: Words) =>
	page.getByLabel(m.drafts_diagnosis({}, words), { exact: true });
const press = (page: Page, name: string) =>
	page.getByRole('main').getByRole('button', { name, exact: true }).click();

const ownerOf = (page: Page) => page.evaluate(() => localStorage.getItem('kundenportal-owner'));

async function openByPassphrase(page: Page, words: Words, text = PASSPHRASE): Promise<void> {
	await page.getByLabel(m.vault_passphrase({}, words), { exact: true }).fill(text);
	await press(page, m.vault_unlock_passphrase({}, words));
}

test('D7, faults 26, 27, 42: drafts open by passphrase alone, and for nobody else on the device', async ({
	stack,
	device
}) => {
	const words = wordsOf(PHONE);
	const person = {
		firstName: 'Nele',
		lastName: 'Tarnowski',
		email: 'nele.vault@example.org',
		password: 'elf Möwen am Deich'
	};
	let context = await device.open(PHONE);
	let page = await context.newPage();
	const troubles = watchPage(page, stack.portalUrl);
	const app = await register(page, stack, person, words);
	await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

	// set up, once, before the first draft
	await press(page, m.drafts_new({}, words));
	await expect(title(page)).toHaveText(m.vault_setup_title({}, words));
	await checkPage(page, PHONE, 'vault-set-up');
	const field = page.getByLabel(m.vault_passphrase({}, words), { exact: true });
	await field.fill('zu kurz');
	await press(page, m.vault_setup_save({}, words));
	await expect(field).toBeFocused();
	await expect(page.getByText(m.vault_passphrase_short({}, words))).toBeVisible();
	await checkPage(page, PHONE, 'vault-set-up-issue');
	await field.fill(PASSPHRASE);
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/drafts\/[0-9a-f-]{36}\/person/);
	await diagnosis(page, words).fill(DIAGNOSIS);
	await expectSaved(page);
	const draftUrl = page.url();

	// no network, browser closed and opened: locked, until the passphrase
	await stack.stopPortal();
	await context.close();
	context = await device.open(PHONE);
	page = await context.newPage();
	await page.goto(draftUrl);
	await expect(title(page)).toHaveText(m.vault_unlock_title({}, words));
	await expect(page.getByText(DIAGNOSIS)).toHaveCount(0);
	await checkPage(page, PHONE, 'vault-locked');
	await openByPassphrase(page, words, 'der rote Bus fährt um sieben');
	await expect(page.getByText(m.vault_wrong({}, words))).toBeVisible();
	await checkPage(page, PHONE, 'vault-locked-wrong');
	for (let guess = 2; guess <= 5; guess++) {
		await openByPassphrase(page, words, `der ${guess}. Bus fährt um sieben`);
		await expect(page.getByText(m.vault_unlock_busy({}, words))).toHaveCount(0);
	}
	await openByPassphrase(page, words);
	await expect(page.getByText(/Sekunden/)).toBeVisible();
	await expect(async () => {
		await openByPassphrase(page, words);
		await expect(diagnosis(page, words)).toHaveValue(DIAGNOSIS, { timeout: 2_000 });
	}).toPass({ timeout: 30_000 });

	// signed out with no network: keys gone, drafts there, and a way back in
	await page.goto(`${stack.portalUrl}/drafts`);
	await openByPassphrase(page, words);
	await expect(title(page)).toHaveText(m.drafts_title({}, words));
	await press(page, m.drafts_sign_out({}, words));
	await expect(title(page)).toHaveText(m.vault_unlock_title({}, words));
	expect(await countRows(page, 'keys')).toBe(0);
	const owners = await ownersIn(page, 'drafts');
	expect(owners).toHaveLength(1);
	await openByPassphrase(page, words);
	await expect(page.getByText(m.drafts_name_new({}, words)).first()).toBeVisible();
	await context.close();
	expect(findPlaintext(device.profile, [DIAGNOSIS])).toEqual([]);
	expect(findPlaintext(device.profile, [PASSPHRASE])).toEqual([]);

	// the session that could not end then ends at the first contact
	await stack.startPortal();
	context = await device.open(PHONE);
	page = await context.newPage();
	const ended = page.waitForResponse(
		(answer) => answer.url().endsWith('/sign-out') && answer.request().method() === 'POST'
	);
	await page.goto(`${stack.portalUrl}/drafts`);
	expect((await (await ended).allHeaders())['clear-site-data'] ?? '').not.toMatch(/storage|\*/);
	await expect(title(page)).toHaveText(m.vault_unlock_title({}, words));
	await page.goto(`${stack.portalUrl}/start`);
	await expect(page).toHaveURL(/\/sign-in/);

	// somebody else signs in: sees that there is something, and nothing of it
	const asked: string[] = [];
	page.on('request', (request) => asked.push(new URL(request.url()).pathname));
	const demo = (await readDemo(stack.dataDir)).accounts.find((one) => one.role === 'customer');
	if (!demo) throw new Error('the demo has no customer');
	const other = new Authenticator(demo.secret);
	await signIn(page, `${stack.portalUrl}/sign-in?next=/drafts`, demo, other, words, /\/drafts$/);
	await expect(page.getByText(m.vault_foreign({}, words))).toBeVisible();
	await expect(page.locator('body')).not.toContainText(DIAGNOSIS);
	await checkPage(page, PHONE, 'vault-foreign');
	await page.goto(draftUrl);
	await expect(title(page)).toHaveText(m.drafts_gone_title({}, words));
	expect(asked.filter((path) => /^\/api\/(submissions|uploads)/.test(path))).toEqual([]);
	await page.goto(`${stack.portalUrl}/drafts`);
	await press(page, m.vault_foreign_delete({}, words));
	await press(page, m.drafts_delete_no({}, words));
	// Whoever is signed in now may have brought drafts of their own from elsewhere.
	expect(await countRows(page, 'drafts', owners[0])).toBe(1);
	await press(page, m.vault_foreign_delete({}, words));
	await press(page, m.drafts_delete_yes({}, words));
	await expect(page.getByText(m.vault_foreign({}, words))).toHaveCount(0);
	expect(await countRows(page, 'drafts', owners[0])).toBe(0);
	expect(await countRows(page, 'envelopes', owners[0])).toBe(0);
	expect(troubles).toEqual([]);
	await context.close();
});

test('D7, faults 28, 40: a passkey opens without network, an idle room locks itself, a removed account is wiped', async ({
	stack,
	device
}) => {
	const words = wordsOf(DESKTOP);
	const person = {
		firstName: 'Idris',
		lastName: 'Quellberg',
		email: 'idris.vault@example.org',
		password: 'twelve gulls on the quay'
	};
	const context = await device.open(DESKTOP);
	const page = await context.newPage();
	const devtools = await context.newCDPSession(page);
	await devtools.send('WebAuthn.enable');
	await devtools.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			...{ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal' },
			...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
			...{ automaticPresenceSimulation: true, hasPrf: true }
		}
	});
	const app = await register(page, stack, person, words);
	await signIn(page, `${stack.portalUrl}/sign-in`, person, app, words, /\/start$/);
	await page.goto(`${stack.portalUrl}/account/passkeys`);
	await page.getByLabel(m.accounts_passkeys_label({}, words)).fill('My laptop');
	await press(page, m.accounts_act_next({}, words));
	await page
		.getByLabel(m.accounts_confirm_password({}, words), { exact: true })
		.fill(person.password);
	await page.getByLabel(m.accounts_code({}, words), { exact: true }).fill(await app.nextCode());
	await press(page, m.accounts_act_passkey_add_send({}, words));
	await expect(page.getByText(m.accounts_act_passkey_add_done({}, words))).toBeVisible();

	// set up with the passkey, by keyboard
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	await press(page, m.drafts_new({}, words));
	await checkPage(page, DESKTOP, 'vault-set-up-passkey');
	await page.getByRole('button', { name: m.vault_setup_passkey({}, words) }).focus();
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/drafts\/[0-9a-f-]{36}\/person/);
	await diagnosis(page, words).fill(DIAGNOSIS);
	await expectSaved(page);

	// no network: the passkey opens
	await stack.stopPortal();
	await page.reload();
	await expect(title(page)).toHaveText(m.vault_unlock_title({}, words));
	await checkPage(page, DESKTOP, 'vault-locked-passkey');
	await press(page, m.vault_unlock_passkey({}, words));
	await expect(diagnosis(page, words)).toHaveValue(DIAGNOSIS);
	await stack.startPortal();

	// a passphrase and a PIN beside it
	await page.goto(`${stack.portalUrl}/drafts/lock`);
	await page.getByLabel(m.vault_passphrase({}, words), { exact: true }).fill(PASSPHRASE);
	await press(page, m.vault_change_send({}, words));
	await expect(page.getByText(m.vault_change_done({}, words))).toBeVisible();
	await page.getByLabel(m.vault_pin_new({}, words), { exact: true }).fill('123456');
	await press(page, m.vault_pin_save({}, words));
	await expect(page.getByText(m.vault_pin_simple({}, words))).toBeVisible();
	await page.getByLabel(m.vault_pin_new({}, words), { exact: true }).fill('280649');
	await press(page, m.vault_pin_save({}, words));
	await expect(page.getByRole('button', { name: m.vault_pin_remove({}, words) })).toBeVisible();
	await checkPage(page, DESKTOP, 'vault-settings');

	// a quarter of an hour without use
	await page.goto(`${stack.portalUrl}/start`);
	await page.clock.install();
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.getByRole('link', { name: m.drafts_continue({}, words) }).click();
	await diagnosis(page, words).fill(`${DIAGNOSIS}, beidseits`);
	await page.clock.fastForward(16 * 60_000);
	await expect(page.getByText(m.vault_unlock_idle({}, words))).toBeVisible();
	await expect(page.getByText(DIAGNOSIS)).toHaveCount(0);
	await checkPage(page, DESKTOP, 'vault-locked-idle');
	// The session goes on, and opens nothing by itself.
	await page.reload();
	await expect(title(page)).toHaveText(m.vault_unlock_title({}, words));
	await page.getByLabel(m.vault_pin({}, words), { exact: true }).fill('280650');
	await press(page, m.vault_pin_open({}, words));
	await expect(page.getByText(m.vault_pin_wrong({ count: 4 }, words))).toBeVisible();
	await page.getByLabel(m.vault_pin({}, words), { exact: true }).fill('280649');
	await press(page, m.vault_pin_open({}, words));
	await expect(diagnosis(page, words)).toHaveValue(`${DIAGNOSIS}, beidseits`);

	// forgotten: a new sign-in opens
	await page.goto(`${stack.portalUrl}/drafts/lock`);
	await press(page, m.vault_lock_now({}, words));
	await press(page, m.vault_forgot_sign_in({}, words));
	await expect(page).toHaveURL(/\/sign-in/);
	await signIn(page, page.url(), person, app, words, /\/drafts/);
	await expect(title(page)).toHaveText(m.drafts_title({}, words));

	// the Worker has lost its copy: an envelope opens, and puts it back
	const client = createClient({ url: stack.bindings['DATABASE_URL'] ?? '' });
	await client.execute('delete from vault_escrows');
	await page.reload();
	await expect(page.getByText(m.vault_lost_title({}, words))).toBeVisible();
	await page.getByLabel(m.vault_passphrase({}, words), { exact: true }).fill(PASSPHRASE);
	await press(page, m.vault_unlock_passphrase({}, words));
	await expect(title(page)).toHaveText(m.drafts_title({}, words));
	await expect
		.poll(async () => (await client.execute('select * from vault_escrows')).rows.length)
		.toBe(1);
	await expect(page.getByText(m.vault_lost_title({}, words))).toHaveCount(0);

	// ended from another device: locked at once, no key is left, and a sign-in brings the drafts back
	await client.batch(['update vault_devices set is_revoked = 1', 'delete from sessions']);
	// A look that is under way already knows nothing of it.
	await expect(async () => {
		await page.evaluate(() => dispatchEvent(new Event('focus')));
		const ended = page.getByText(m.vault_unlock_ended({}, words));
		await expect(ended).toBeVisible({ timeout: 1_000 });
	}).toPass({ timeout: 15_000 });
	expect(await countRows(page, 'envelopes')).toBe(0);
	expect(await countRows(page, 'drafts')).toBe(1);
	await checkPage(page, DESKTOP, 'vault-ended');
	await press(page, m.drafts_sign_in({}, words));
	await expect(page).toHaveURL(/\/sign-in/);
	// Whoever signs in now is not known yet: nothing opens by itself.
	await expect.poll(() => ownerOf(page)).toBe('');
	await signIn(page, page.url(), person, app, words, /\/drafts/);
	await expect(title(page)).toHaveText(m.drafts_title({}, words));
	await expect.poll(() => ownerOf(page)).toHaveLength(43);
	await page.getByRole('link', { name: m.drafts_continue({}, words) }).click();
	await expect(diagnosis(page, words)).toHaveValue(`${DIAGNOSIS}, beidseits`);
	await page.goto(`${stack.portalUrl}/drafts`);

	// the account is removed while nobody is signed in here
	await press(page, m.drafts_sign_out({}, words));
	await expect(title(page)).toHaveText(m.vault_unlock_title({}, words));
	expect(await countRows(page, 'drafts')).toBe(1);
	await client.execute('update vault_removals set removed_at_ms = 1');
	client.close();
	await page.reload();
	await expect.poll(() => countRows(page, 'drafts')).toBe(0);
	expect(await countRows(page, 'envelopes')).toBe(0);
	expect(await countRows(page, 'vaults')).toBe(0);
	await context.close();
});
