/** The browser has lost what it kept, and what its owner is told (faults 21, 24, 50). */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendarDateOf, DAY_MS } from '#lib/domain/calendar.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { formatDate } from '#lib/ui/format.ts';
import { WORDS, type Device } from './support/device.ts';
import { expect, test, type World } from './support/world.ts';

const PHOTO_PARTS = 3;
const PASSPHRASE = 'der grüne Bus fährt um sieben';
const SAFARI_ON_A_PHONE =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1';

/** Waits until the draft and its photo lie with the Worker, sealed. */
async function untilCopied(world: World, phone: Device, draft: string): Promise<void> {
	await phone.enter('/drafts');
	await expect.poll(() => world.backstage.revOfCopy(phone.owner, draft)).toBe(1);
	await expect.poll(() => world.backstage.countCopiedParts(phone.owner)).toBe(PHOTO_PARTS);
}

async function expectLossesTold(phone: Device, back: number, gone: number): Promise<void> {
	const { page } = phone;
	await expect(page.getByText(m.copies_lost_title({}, WORDS))).toBeVisible();
	const date = formatDate(calendarDateOf(Date.now()), 'de');
	await expect(page.getByText(m.copies_lost_back({ date }, WORDS))).toHaveCount(back);
	await expect(page.getByText(m.copies_lost_gone({ date }, WORDS))).toHaveCount(gone);
	await expect(page.locator('.card-title')).toHaveCount(back);
	await page.getByRole('button', { name: m.copies_lost_ok({}, WORDS) }).click();
	await expect(page.getByText(m.copies_lost_title({}, WORDS))).toHaveCount(0);
}

test('fault 24: after the browser has cleared its storage the owner is told what is missing, and gets back what was copied @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	await phone.becomeKnown();
	const copied = await phone.seed();
	await untilCopied(world, phone, copied);
	// The second one is known to the Worker, and its copy never arrives.
	const refused = world.front.on({
		...{ method: 'PUT', path: /^\/api\/drafts\// },
		act: { do: 'answer', status: 503 }
	});
	const lost = await phone.seed();
	await phone.enter('/drafts');
	await expect.poll(() => world.seen('PUT', new RegExp(`^/api/drafts/${lost}`))).toBeGreaterThan(0);
	refused();
	const cdp = await phone.cdp();
	await phone.page.goto(`${world.url}/robots.txt`);
	await cdp.send('Storage.clearDataForOrigin', {
		...{ origin: world.url, storageTypes: 'indexeddb,cache_storage,service_workers,local_storage' }
	});
	await phone.enter('/drafts');
	await expectLossesTold(phone, 1, 1);
	// What nobody had but this device is gone; everything else is as it was called saved.
	phone.acknowledged.delete(lost);
	const [back] = (await phone.read()).drafts;
	expect(back?.id).toBe(copied);
	expect(back?.files.map(({ isIntact }) => isIntact)).toEqual([true]);
});

test('fault 21: a database whose files are damaged is noticed, and its drafts come back @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	await phone.becomeKnown();
	const draft = await phone.seed();
	await untilCopied(world, phone, draft);
	await phone.stop();
	const folder = join(phone.profile, 'Default/IndexedDB');
	let damaged = 0;
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const file = join(folder, name);
		if (!/\.(ldb|log)$|MANIFEST|CURRENT/.test(name) || !statSync(file).isFile()) continue;
		writeFileSync(file, Buffer.alloc(statSync(file).size, 0xa5));
		damaged += 1;
	}
	expect(damaged).toBeGreaterThan(0);
	await phone.start();
	await phone.signIn();
	await phone.enter('/drafts');
	await expectLossesTold(phone, 1, 0);
});

test('fault 50: after a reboot with no network the app opens, and the passphrase opens the drafts @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	await phone.inKitHere((kit, passphrase) => kit.protect({ passphrase }), PASSPHRASE);
	await phone.kill();
	world.front.on({ act: { do: 'drop' } });
	await phone.start();
	await phone.openDraft(draft, 'person');
	await phone.expectTitle(m.vault_unlock_title({}, WORDS));
	await phone.page.getByLabel(m.vault_passphrase({}, WORDS), { exact: true }).fill(PASSPHRASE);
	await phone.page.getByRole('button', { name: m.vault_unlock_passphrase({}, WORDS) }).click();
	await expect(phone.page.locator('[name=note]')).toHaveValue(phone.marker);
});

test('fault 50: who has the drafts in a tab of Safari reads until when they stay, before any is lost @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	await phone.seed();
	await phone.stop();
	await phone.start({ userAgent: SAFARI_ON_A_PHONE });
	await phone.signIn();
	await phone.enter('/drafts');
	const date = formatDate(calendarDateOf(Date.now() + 7 * DAY_MS), 'de');
	await expect(phone.page.getByText(m.copies_stay_until({ date }, WORDS))).toBeVisible();
});
