/** What happens to a device while something is saved (faults 1, 2, 4, 5, 20 to 23, 45, 46). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { photographReceipt } from '../e2e/support/receipts.ts';
import { pdfOf, pdfPage } from '../support/files.ts';
import { WORDS, type Device } from './support/device.ts';
import { blankPng } from './support/pictures.ts';
import { expect, test } from './support/world.ts';

const MB = 1024 * 1024;
const note = (page: Page) => page.locator('[name=note]');
const files = (page: Page) => page.locator('input[type=file][name=files]');

async function expectSaveState(page: Page, state: string): Promise<void> {
	await expect(page.locator('[data-save-state]')).toHaveAttribute('data-save-state', state);
}

async function noteOf(phone: Device, draft: string): Promise<string | undefined> {
	return (await phone.read()).drafts.find(({ id }) => id === draft)?.form.note;
}

/**
 * Leaves the origin no byte. From a fresh start: Chromium remembers for half a minute how much room
 * it has promised. Returns how to give it back.
 */
async function fillUp(phone: Device, origin: string): Promise<() => Promise<void>> {
	await phone.stop();
	await phone.start();
	await phone.signIn();
	const cdp = await phone.cdp();
	await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
	return async () => {
		await cdp.send('Storage.overrideQuotaForOrigin', { origin });
	};
}

/** What one photo is made of, drawn once a test. */
const photo = (phone: Device, name: string) =>
	photographReceipt(phone.context, { name, issuer: phone.marker, amount: '12,00' });

test('fault 1: a tab that dies between encryption and write leaves the version called saved @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.context.addInitScript(() => {
		const durabilities: (string | undefined)[] = [];
		const begin = IDBDatabase.prototype.transaction;
		IDBDatabase.prototype.transaction = function (stores, mode, options) {
			if (mode === 'readwrite') durabilities.push(options?.durability);
			return begin.call(this, stores, mode, options);
		};
		const encrypt = SubtleCrypto.prototype.encrypt;
		SubtleCrypto.prototype.encrypt = async function (...values) {
			const sealed = await encrypt.apply(this, values);
			if (!Reflect.get(globalThis, 'faultHolds')) return sealed;
			Reflect.set(globalThis, 'faultReached', true);
			return new Promise<never>(() => undefined);
		};
		Reflect.set(globalThis, 'faultDurabilities', durabilities);
	});
	await phone.openDraft(draft, 'person');
	await note(phone.page).fill('erste Fassung');
	await expectSaveState(phone.page, 'saved');
	phone.acknowledged.set(draft, ['erste Fassung']);
	// Fault 3 cannot be run here; this is what the device promises instead.
	const durabilities = await phone.page.evaluate(
		() => Reflect.get(globalThis, 'faultDurabilities') as unknown
	);
	expect(durabilities).toContain('strict');
	expect(new Set(durabilities as string[])).toEqual(new Set(['strict']));
	await phone.page.evaluate(() => Reflect.set(globalThis, 'faultHolds', true));
	await note(phone.page).fill('zweite Fassung');
	await phone.page.waitForFunction(() => Reflect.get(globalThis, 'faultReached') === true);
	await expectSaveState(phone.page, 'saving');
	await phone.crash();
	expect(await noteOf(phone, draft)).toBe('erste Fassung');
});

test('fault 2: a browser killed while five photos are saved keeps whole photos only @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	const names = [1, 2, 3, 4, 5].map((number) => `foto-${number}.jpg`);
	const drawn = await photo(phone, 'foto.jpg');
	await phone.openDraft(draft, 'documents');
	await files(phone.page).setInputFiles(names.map((name) => ({ ...drawn, name })));
	await expect(phone.page.getByText('foto-2.jpg', { exact: false }).first()).toBeVisible();
	await phone.kill();
	await phone.start();
	const [kept] = (await phone.read()).drafts;
	expect(kept?.files.every(({ isIntact }) => isIntact)).toBe(true);
	// In the order in which they were picked, without a hole.
	const added = kept?.files.slice(1).map(({ name }) => name) ?? [];
	expect(added).toEqual(names.slice(0, added.length));
});

test('fault 4: a browser killed while a photo is prepared keeps no half one, and the draft', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.openDraft(draft, 'documents');
	await files(phone.page).setInputFiles({
		...{ name: 'gross.png', mimeType: 'image/png' },
		buffer: blankPng(8_000, 6_000)
	});
	await expect(
		phone.page.getByText(m.drafts_files_preparing({ name: 'gross.png' }, WORDS))
	).toBeVisible();
	await phone.kill();
	await phone.start();
	const [kept] = (await phone.read()).drafts;
	expect(kept?.files.every(({ isIntact, sizeBytes }) => isIntact && sizeBytes > 0)).toBe(true);
	await phone.signIn();
	await phone.openDraft(draft, 'documents');
	await expect(files(phone.page)).toBeEnabled();
});

test('fault 5: a page that dies while the camera is open comes back at the same step @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.openDraft(draft, 'person');
	await note(phone.page).fill('vor der Kamera');
	for (const step of ['invoices', 'documents']) {
		await phone.page.getByRole('button', { name: m.drafts_next({}, WORDS), exact: true }).click();
		// A second press before the step has changed would mean the same step.
		await phone.page.waitForURL(new RegExp(`/${step}$`));
	}
	phone.acknowledged.set(draft, ['vor der Kamera']);
	const camera = phone.page.waitForEvent('filechooser');
	await files(phone.page).click();
	await camera;
	// What is still being saved is promised to nobody; a phone's camera takes longer to open.
	await expectSaveState(phone.page, 'saved');
	await phone.crash();
	await phone.openDraft(draft);
	await phone.page.waitForURL(/\/documents$/);
	await expect(phone.page.getByText(`${phone.marker}-1.jpg`).first()).toBeVisible();
});

test('fault 20: a database connection that the browser closes is opened again @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.context.addInitScript(() => {
		const handles: IDBDatabase[] = [];
		const open = IDBFactory.prototype.open;
		IDBFactory.prototype.open = function (...values) {
			const request = open.apply(this, values);
			request.addEventListener('success', () => handles.push(request.result));
			return request;
		};
		Reflect.set(globalThis, 'faultHandles', handles);
	});
	await phone.openDraft(draft, 'person');
	await note(phone.page).fill('vorher');
	await expectSaveState(phone.page, 'saved');
	await phone.page.evaluate(() => {
		for (const handle of Reflect.get(globalThis, 'faultHandles') as IDBDatabase[]) handle.close();
	});
	await note(phone.page).fill('nachher');
	await expectSaveState(phone.page, 'saved');
	phone.acknowledged.set(draft, ['nachher']);
});

test('fault 22: a full device says that the text is not saved, and saves it when there is room @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	const giveRoom = await fillUp(phone, world.url);
	await phone.openDraft(draft, 'person');
	await note(phone.page).fill('kein Platz');
	// From the reserve, or not at all and said so; never a tick for what is not there.
	await expect(phone.page.locator('[data-save-state]')).toHaveAttribute(
		'data-save-state',
		/^(saved|failed)$/
	);
	const isFull = (await phone.page.locator('[data-save-state=failed]').count()) > 0;
	if (isFull) {
		const alert = phone.page.getByRole('alert').getByText(m.drafts_not_saved_title({}, WORDS));
		await expect(alert).toBeVisible();
	}
	await giveRoom();
	if (isFull) {
		await phone.page.getByRole('button', { name: m.drafts_save_again({}, WORDS) }).click();
	}
	await expectSaveState(phone.page, 'saved');
	phone.acknowledged.set(draft, ['kein Platz']);
});

test('fault 23: a full device refuses the photo and keeps the draft @part', async ({ world }) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	const drawn = await photo(phone, 'voll.jpg');
	const giveRoom = await fillUp(phone, world.url);
	await phone.openDraft(draft, 'documents');
	await files(phone.page).setInputFiles(drawn);
	await expect(phone.page.getByText(/^voll\.jpg: /)).toBeVisible();
	await giveRoom();
	const [kept] = (await phone.read()).drafts;
	expect(kept?.files.map(({ name }) => name)).toEqual([`${phone.marker}-1.jpg`]);
	await files(phone.page).setInputFiles({ ...drawn, name: 'platz.jpg' });
	await expect(
		phone.page.getByText(m.drafts_files_saved({ name: 'platz.jpg' }, WORDS))
	).toBeVisible();
});

test('fault 23: a device that is nearly full says so before it is, takes text and no photo @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	const drawn = await photo(phone, 'knapp.jpg');
	const cdp = await phone.cdp();
	const setQuota = async (quotaSize: number) => {
		await cdp.send('Storage.overrideQuotaForOrigin', { origin: world.url, quotaSize });
	};
	const warning = phone.page.getByText(m.copies_storage_title({}, WORDS));
	await setQuota(400 * MB);
	await phone.enter('/drafts');
	await expect(phone.page.locator('[data-storage]')).toBeVisible();
	await expect(warning).toHaveCount(0);
	await setQuota(150 * MB);
	await phone.enter('/drafts');
	await expect(warning).toBeVisible();
	await phone.openDraft(draft, 'documents');
	await files(phone.page).setInputFiles(drawn);
	const problem = m.copies_issue_storage_full({}, WORDS);
	await expect(
		phone.page.getByText(m.drafts_file_problem({ name: 'knapp.jpg', problem }, WORDS))
	).toBeVisible();
	await phone.openDraft(draft, 'person');
	await note(phone.page).fill('geht noch');
	await expectSaveState(phone.page, 'saved');
	phone.acknowledged.set(draft, ['geht noch']);
});

test('fault 45: a draft without the fields of later releases opens, is edited and is sent', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.inKit((kit, spec) => kit.seedOldest(spec), {
		...{ contractId: phone.owner.contractId, insuredPersonId: phone.owner.insuredPersonId },
		...{ marker: phone.marker, photoBytes: [300_000] }
	});
	await phone.openDraft(draft, 'person');
	await note(phone.page).fill('ergänzt');
	// What the first release did not ask yet.
	await phone.page.locator('[name=treatedBefore][value=no]').check();
	await expectSaveState(phone.page, 'saved');
	phone.acknowledged.set(draft, ['ergänzt']);
	await phone.openDraft(draft, 'invoices');
	await phone.page.locator('[name="invoices.0.kind"]').selectOption('outpatient');
	await expectSaveState(phone.page, 'saved');
	await phone.openDraft(draft, 'check');
	await phone.page.getByRole('checkbox', { name: m.drafts_declaration({}, WORDS) }).check();
	await phone.page.getByRole('button', { name: m.drafts_send({}, WORDS) }).click();
	await phone.expectReceived();
});

test('fault 46: files nobody expects get a clear word, and none is kept empty', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.openDraft(draft, 'documents');
	const pdf = Buffer.alloc(40 * 1024 * 1024);
	pdf.write('%PDF-1.7');
	const odd = [
		{ name: 'leer.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0) },
		{ name: 'telefon.heic', mimeType: 'image/heic', buffer: Buffer.from('....ftypheic') },
		{ name: 'kein-bild.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('nothing of the kind') },
		{ name: 'riesig.pdf', mimeType: 'application/pdf', buffer: pdf }
	];
	for (const file of odd) {
		await files(phone.page).setInputFiles(file);
		await expect(phone.page.getByText(new RegExp(`^${file.name}: `))).toBeVisible();
		// While one is looked at the field takes no other.
		await expect(files(phone.page)).toBeEnabled();
	}
	await files(phone.page).setInputFiles({
		...{ name: 'weiss.png', mimeType: 'image/png' },
		buffer: blankPng(8_660, 5_774)
	});
	await expect(phone.page.getByText(m.drafts_file_looks_empty({}, WORDS))).toBeVisible({
		timeout: 40_000
	});
	const [kept] = (await phone.read()).drafts;
	expect(kept?.files.map(({ name }) => name)).toEqual([`${phone.marker}-1.jpg`, 'weiss.jpg']);
	expect(kept?.files.every(({ sizeBytes }) => sizeBytes > 1_000)).toBe(true);
	// Twenty-one of what is allowed: the limit is told, the twenty stay.
	const many = await photo(phone, 'x.jpg');
	await files(phone.page).setInputFiles(
		Array.from({ length: 19 }, (_, index) => ({ ...many, name: `n${index}.jpg` }))
	);
	const count = async () => (await phone.read()).drafts[0]?.files.length;
	await expect.poll(count, { timeout: 60_000, intervals: [1_000] }).toBe(20);
	await expect(files(phone.page)).toBeEnabled();
});

test('fault 46: a PDF of ten megabytes and many parts is cleaned while somebody goes on typing', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.openDraft(draft, 'documents');
	await files(phone.page).waitFor();
	// The longest time for which nothing that is pressed or typed is answered.
	await phone.page.evaluate(() => {
		Reflect.set(globalThis, 'faultBlockedMs', 0);
		new PerformanceObserver((list) => {
			const all = [Number(Reflect.get(globalThis, 'faultBlockedMs'))];
			for (const { duration } of list.getEntries()) all.push(duration);
			Reflect.set(globalThis, 'faultBlockedMs', Math.max(...all));
		}).observe({ type: 'longtask' });
	});
	// By its path: as bytes, the test itself would hold up the page.
	const path = join(mkdtempSync(join(tmpdir(), 'kp-pdf-')), 'akte.pdf');
	writeFileSync(path, pdfOfManyRemarks(35_000));
	await files(phone.page).setInputFiles(path);
	await expect(phone.page.getByText(m.drafts_files_saved({ name: 'akte.pdf' }, WORDS))).toBeVisible(
		{ timeout: 60_000 }
	);
	const blockedMs = await phone.page.evaluate(() =>
		Number(Reflect.get(globalThis, 'faultBlockedMs'))
	);
	expect(blockedMs).toBeLessThan(1_000);
	const [kept] = (await phone.read()).drafts;
	expect(kept?.files.map(({ name, isIntact }) => [name, isIntact]).at(-1)).toEqual([
		'akte.pdf',
		true
	]);
	rmSync(dirname(path), { recursive: true });
});

/** One page with so many remarks: 10 MB take seconds to be taken apart. */
function pdfOfManyRemarks(count: number): Uint8Array {
	const first = pdfPage().length + 1;
	const names = Array.from({ length: count }, (_, index) => `${first + index} 0 R`);
	const remark = `<< /Type /Annot /Subtype /Text /Rect [0 0 1 1] /Contents (${'x'.repeat(175)}) >>`;
	const remarks = Array.from({ length: count }, () => remark);
	return pdfOf([...pdfPage('', `/Annots [${names.join(' ')}]`), ...remarks]);
}
