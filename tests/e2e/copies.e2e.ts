/** Drafts follow their owner: two devices, two windows, a cleared browser, a new version. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { buildPortal } from '../../tools/build/build.ts';
import type { CastStack } from './support/cast.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { expectSaved } from './support/claim-form.ts';
import type { Authenticator } from './support/codes.ts';
import { signIn, wordsOf, type Person, type Words } from './support/people.ts';
import { DESKTOP, expect, newDevice, PHONE, test, type Window } from './support/portal.ts';
import { findPlaintext } from './support/profile-scan.ts';
import { photographReceipt } from './support/receipts.ts';
import { register } from './support/register.ts';
import { beginDraft, protectDrafts } from './support/vault.ts';

const COPIED_LIMIT = { timeout: 30_000 };

async function comeIn(
	context: BrowserContext,
	stack: CastStack,
	person: Person,
	app: Authenticator | null,
	window: Window
) {
	const words = wordsOf(window);
	const page = await context.newPage();
	const troubles = watchPage(page, stack.portalUrl);
	const own = app ?? (await register(page, stack, person, words));
	await signIn(page, `${stack.portalUrl}/sign-in?next=/drafts`, person, own, words, /\/drafts$/);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	return { page, app: own, words, troubles };
}

async function begin(page: Page, words: Words): Promise<string> {
	await beginDraft(page, words);
	await expect(page).toHaveURL(/\/drafts\/[0-9a-f-]+\/person$/);
	return new URL(page.url()).pathname.replace(/\/person$/, '');
}

async function type(page: Page, field: 'diagnosis' | 'note', text: string): Promise<void> {
	await page.locator(`[name=${field}]`).fill(text);
	await page.locator(`[name=${field}]`).blur();
	await expectSaved(page);
}

/** Waits until a copy has left this device. */
async function untilCopied(page: Page, act: () => Promise<unknown>): Promise<void> {
	const isPut = (url: string, method: string) =>
		/\/api\/drafts\/[0-9a-f-]+$/.test(url) && method === 'PUT';
	const left = page.waitForResponse(
		(answer) => isPut(answer.url(), answer.request().method()) && answer.ok(),
		COPIED_LIMIT
	);
	await act();
	await left;
}

/** What looking at the window does: the room asks what is new. */
async function look(page: Page): Promise<void> {
	const heard = page.waitForResponse(/\/api\/drafts\/contact$/, COPIED_LIMIT);
	await page.evaluate(() => dispatchEvent(new Event('focus')));
	await heard;
}

test('two devices: a draft with its photo follows its owner, different fields are joined, the same field is kept twice', async ({
	stack,
	device,
	browserPath
}) => {
	const person = {
		firstName: 'Ines',
		lastName: 'Zwei',
		email: 'ines.zwei@example.org',
		password: 'ein langer Satz zum Merken'
	};
	const first = await device.open(PHONE);
	const phone = await comeIn(first, stack, person, null, PHONE);
	const path = await begin(phone.page, phone.words);
	await type(phone.page, 'diagnosis', 'Mittelohr-MARKER');
	await phone.page.goto(`${stack.portalUrl}${path}/documents`);
	const receipt = await photographReceipt(first, {
		name: 'praxis.jpg',
		issuer: 'HNO-Praxis',
		amount: '12,00'
	});
	const lastPart = phone.page.waitForResponse(/\/parts\/[0-9a-f-]+\.t$/, COPIED_LIMIT);
	await untilCopied(phone.page, async () => {
		await phone.page.locator('input[name=files]').setInputFiles(receipt);
		await expectSaved(phone.page);
	});
	await lastPart;

	const other = newDevice(browserPath);
	const second = await other.open(DESKTOP);
	const laptop = await comeIn(second, stack, person, phone.app, DESKTOP);
	await expect(
		laptop.page.getByRole('link', { name: m.drafts_continue({}, laptop.words) })
	).toBeVisible(COPIED_LIMIT);
	await laptop.page.goto(`${stack.portalUrl}${path}/documents`);
	await expect(laptop.page.getByRole('img', { name: /praxis\.jpg/ })).toBeVisible();
	await laptop.page.goto(`${stack.portalUrl}${path}/person`);
	await expect(laptop.page.locator('[name=diagnosis]')).toHaveValue('Mittelohr-MARKER');

	// Both go on: the note here, the diagnosis on both.
	await phone.page.goto(`${stack.portalUrl}${path}/person`);
	await expect(phone.page.locator('[name=diagnosis]')).toHaveValue('Mittelohr-MARKER');
	await first.setOffline(true);
	await type(phone.page, 'diagnosis', 'Mittelohr links');
	await type(phone.page, 'note', 'vom Telefon');
	await untilCopied(laptop.page, () => type(laptop.page, 'diagnosis', 'Mittelohr rechts'));
	await first.setOffline(false);
	await phone.page.evaluate(() => dispatchEvent(new Event('focus')));
	const conflict = phone.page.getByText(m.copies_conflict_title({}, phone.words));
	await expect(conflict).toBeVisible(COPIED_LIMIT);
	await expect(phone.page.getByText('Mittelohr rechts')).toBeVisible();
	await expect(phone.page.locator('[name=note]')).toHaveValue('vom Telefon');
	await checkPage(phone.page, PHONE, 'copies-conflict');
	const label = m.drafts_diagnosis({}, phone.words);
	const keepTheirs = phone.page.getByRole('button', {
		name: m.copies_keep_theirs({ label }, phone.words)
	});
	await keepTheirs.focus();
	await untilCopied(phone.page, () => phone.page.keyboard.press('Enter'));
	await expect(conflict).toBeHidden();
	await expect(phone.page.locator('[name=diagnosis]')).toHaveValue('Mittelohr rechts');
	await look(laptop.page);
	await expect(laptop.page.locator('[name=note]')).toHaveValue('vom Telefon', COPIED_LIMIT);
	await checkPage(laptop.page, DESKTOP, 'copies-joined');

	// Deleted on one device, on the word of its owner: gone on the other one.
	await laptop.page.goto(`${stack.portalUrl}/drafts`);
	await laptop.page.getByRole('button', { name: m.drafts_delete({}, laptop.words) }).click();
	const gone = laptop.page.waitForResponse(
		(answer) => answer.request().method() === 'DELETE' && answer.ok(),
		COPIED_LIMIT
	);
	await laptop.page.getByRole('button', { name: m.drafts_delete_yes({}, laptop.words) }).click();
	await gone;
	await phone.page.goto(`${stack.portalUrl}/drafts`);
	await expect(phone.page.getByText(m.drafts_empty_title({}, phone.words))).toBeVisible(
		COPIED_LIMIT
	);
	expect([...phone.troubles, ...laptop.troubles]).toEqual([]);
	await second.close();
	expect(
		findPlaintext(other.profile, ['MARKER', 'Mittelohr links', 'Mittelohr rechts', 'vom Telefon'])
	).toEqual([]);
	other.forget();
	await first.close();
});

test('failures 18 and 29, fault 16: a cleared browser gets its drafts back and says so; two windows; a new version waits', async ({
	stack,
	device
}) => {
	const person = {
		firstName: 'Uwe',
		lastName: 'Weg',
		email: 'uwe.weg@example.org',
		password: 'ein langer Satz zum Merken'
	};
	const context = await device.open(PHONE);
	const { page, words } = await comeIn(context, stack, person, null, PHONE);
	const path = await begin(page, words);
	await untilCopied(page, () => type(page, 'diagnosis', 'Bronchitis'));

	// A second window reads along, and takes over when asked.
	const reader = await context.newPage();
	await reader.goto(`${stack.portalUrl}${path}/person`);
	await expect(reader.getByRole('heading', { level: 1 })).toHaveText(
		m.drafts_read_only_title({}, words)
	);
	await expect(reader.getByText('Bronchitis')).toBeVisible();
	await type(page, 'diagnosis', 'Bronchitis und Fieber');
	await expect(reader.getByText('Bronchitis und Fieber')).toBeVisible();
	await checkPage(reader, PHONE, 'copies-read-only');
	await reader.getByRole('button', { name: m.drafts_edit_here({}, words) }).click();
	await expect(reader.locator('[name=diagnosis]')).toHaveValue('Bronchitis und Fieber');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		m.drafts_read_only_title({}, words)
	);

	// A new version: nothing loads by itself, then every window once. The first window is older than the worker.
	await page.reload();
	await expect(page.getByText('Bronchitis und Fieber')).toBeVisible();
	const { assetsDir } = await buildPortal();
	const worker = join(assetsDir, 'service-worker.js');
	const released = readFileSync(worker);
	const mark = (target: Page) => target.evaluate(() => (document.title = 'not loaded'));
	await Promise.all([mark(page), mark(reader)]);
	try {
		appendFileSync(worker, '\n// the next version\n');
		await stack.stopPortal();
		await stack.startPortal();
		await reader.evaluate(() =>
			navigator.serviceWorker.ready.then((one) => one.update().then(() => true))
		);
		for (const target of [page, reader]) {
			await expect(target.getByText(m.drafts_update_title({}, words))).toBeVisible();
		}
		await reader.locator('[name=diagnosis]').fill('Bronchitis, mitten im Wort');
		await expect(reader).toHaveTitle('not loaded');
		await expect(page).toHaveTitle('not loaded');
		await page.getByRole('button', { name: m.drafts_update({}, words) }).click();
		for (const target of [page, reader]) await expect(target).not.toHaveTitle('not loaded');
	} finally {
		writeFileSync(worker, released);
	}
	await page.close();
	await reader.goto(`${stack.portalUrl}${path}/person`);
	await expect(reader.locator('[name=diagnosis]')).toHaveValue('Bronchitis, mitten im Wort');
	await untilCopied(reader, () => type(reader, 'note', 'zuletzt'));
	await look(reader);

	// The browser clears what it keeps; the session's cookie stays.
	const cdp = await context.newCDPSession(reader);
	await reader.goto(`${stack.portalUrl}/robots.txt`);
	await cdp.send('Storage.clearDataForOrigin', {
		origin: stack.portalUrl,
		storageTypes: 'indexeddb,local_storage,cache_storage,service_workers'
	});
	await reader.goto(`${stack.portalUrl}/drafts`);
	await expect(reader.getByText(m.copies_lost_title({}, words))).toBeVisible(COPIED_LIMIT);
	await expect(reader.locator('.notice li')).toHaveCount(1);
	await checkPage(reader, PHONE, 'copies-lost');
	await reader.getByRole('button', { name: m.copies_lost_ok({}, words) }).click();
	await expect(reader.getByText(m.copies_lost_title({}, words))).toBeHidden();
	await reader.goto(`${stack.portalUrl}${path}/person`);
	await expect(reader.locator('[name=note]')).toHaveValue('zuletzt');

	// Nearly full: told before it is, text goes on, a photo is refused with the way out.
	await reader.goto(`${stack.portalUrl}/drafts`);
	await expect(reader.locator('[data-storage]')).toBeVisible();
	// Chromium reports a quota of its own making, whatever DevTools override: the report is what is replaced.
	await reader.addInitScript(() => {
		StorageManager.prototype.estimate = () =>
			Promise.resolve({ usage: 90_000_000, quota: 100_000_000 });
	});
	await reader.reload();
	await expect(reader.getByText(m.copies_storage_title({}, words))).toBeVisible();
	await checkPage(reader, PHONE, 'copies-nearly-full');
	await reader.goto(`${stack.portalUrl}${path}/documents`);
	const receipt = await photographReceipt(context, {
		name: 'voll.jpg',
		issuer: 'Praxis',
		amount: '1,00'
	});
	await reader.locator('input[name=files]').setInputFiles(receipt);
	await expect(reader.getByText(m.copies_issue_storage_full({}, words))).toBeVisible();
	await reader.goto(`${stack.portalUrl}${path}/person`);
	await type(reader, 'note', 'Text geht noch');

	// As a file, and back again.
	await reader.goto(`${stack.portalUrl}/drafts/rescue`);
	await checkPage(reader, PHONE, 'rescue');
	const download = reader.waitForEvent('download');
	await reader.getByRole('button', { name: m.rescue_save({}, words) }).click();
	const saved = await (await download).path();
	await reader.locator('input[type=file]').setInputFiles({
		name: 'entwuerfe.claimdraft',
		mimeType: 'application/octet-stream',
		buffer: readFileSync(saved)
	});
	await reader.getByRole('button', { name: m.rescue_open({}, words) }).click();
	await expect(reader.getByText(m.rescue_nothing_new({}, words))).toBeVisible();
	await reader.locator('input[type=file]').setInputFiles({
		name: 'entwuerfe.claimdraft',
		mimeType: 'application/octet-stream',
		buffer: Buffer.from('something else')
	});
	await expect(reader.getByText(m.rescue_not_ours({}, words))).toBeVisible();

	// After a restart in airplane mode the installed app opens and leads to the drafts.
	await reader.goto(`${stack.portalUrl}/drafts`);
	await reader.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	// The passphrase went with what the browser cleared: without it drafts open only with a network.
	await protectDrafts(reader, stack.portalUrl, words, true);
	await context.close();
	await stack.stopPortal();
	const restarted = await device.open(PHONE);
	const app = await restarted.newPage();
	await app.goto(`${stack.portalUrl}/start`);
	await app.getByRole('link', { name: m.drafts_no_network_open({}, { locale: 'de' }) }).click();
	await expect(app.getByRole('link', { name: m.drafts_continue({}, words) })).toBeVisible();
	await restarted.close();
	await stack.startPortal();
});
