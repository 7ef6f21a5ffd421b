import { expect, type Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import type { Words } from './people.ts';

export const PASSPHRASE = 'der grüne Bus fährt um sieben';

/** Chooses the passphrase that a first draft asks for; `staysOpen` keeps the key on the device, too. */
export async function protectDrafts(
	page: Page,
	portalUrl: string,
	words: Words,
	staysOpen = false
): Promise<void> {
	await page.goto(`${portalUrl}/drafts/lock`);
	await page.getByLabel(m.vault_passphrase({}, words), { exact: true }).fill(PASSPHRASE);
	await page.getByRole('button', { name: m.vault_change_send({}, words) }).click();
	await expect(page.getByText(m.vault_change_done({}, words))).toBeVisible();
	if (!staysOpen) return;
	const choice = page.getByRole('checkbox', { name: m.vault_stay_open({}, words) });
	await choice.check();
	await expect.poll(() => countRows(page, 'keys')).toBe(1);
}

/** Begins a draft; on a device that is not set up yet, chooses the passphrase on the way. */
export async function beginDraft(page: Page, words: Words): Promise<void> {
	await page.getByRole('button', { name: m.drafts_new({}, words) }).click();
	const passphrase = page.getByLabel(m.vault_passphrase({}, words), { exact: true });
	await expect(passphrase.or(page.locator('[name=diagnosis]'))).toBeVisible();
	if (!(await passphrase.isVisible())) return;
	await passphrase.fill(PASSPHRASE);
	await page.getByRole('button', { name: m.vault_setup_save({}, words) }).click();
}

/** How many rows a store of the device has; with `owner`, of that account alone. */
export async function countRows(page: Page, store: string, owner?: string): Promise<number> {
	const owners = await ownersIn(page, store);
	return owners.filter((accountRef) => owner === undefined || accountRef === owner).length;
}

/** Whose rows a store of the device has, row by row. */
export function ownersIn(page: Page, store: string): Promise<readonly string[]> {
	return page.evaluate(
		(name) =>
			new Promise<string[]>((resolve, reject) => {
				const opening = indexedDB.open('kundenportal');
				opening.onerror = () => reject(new Error('the database does not open'));
				opening.onsuccess = () => {
					const database = opening.result;
					const reading = database.transaction(name).objectStore(name).getAll();
					reading.onsuccess = () => {
						database.close();
						resolve(reading.result.map(({ accountRef }) => String(accountRef)));
					};
				};
			}),
		store
	);
}
