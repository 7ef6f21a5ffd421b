/** New versions, and what the caches hold (faults 16 to 19, 52). */
import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { WORDS, type Device } from './support/device.ts';
import { expect, test, type World } from './support/world.ts';

const UPLOAD = /^\/api\/uploads\//;

/** From now on the portal has another version: its worker differs by these bytes. */
function deploy(world: World, version: string): () => void {
	return world.front.on({
		path: /^\/service-worker\.js/,
		act: { do: 'rewrite', change: (text) => `${text}\n// ${version}` }
	});
}

const lookForUpdate = (page: Page) =>
	page.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		await registration.update();
	});

const banner = (phone: Device) =>
	phone.page.getByRole('button', { name: m.drafts_update({}, WORDS) });

const markPage = (page: Page) => page.evaluate(() => Reflect.set(globalThis, 'faultMark', true));
const hasMark = (page: Page) => page.evaluate(() => Reflect.get(globalThis, 'faultMark') === true);

test('fault 16: a new version waits while somebody types, and nothing reloads by itself @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	await phone.openDraft(draft, 'person');
	await markPage(phone.page);
	deploy(world, 'v2');
	const note = phone.page.locator('[name=note]');
	await note.fill('mitten im');
	await lookForUpdate(phone.page);
	await expect(banner(phone)).toBeVisible();
	await note.pressSequentially(' Satz');
	await expect(note).toHaveValue('mitten im Satz');
	await expect(phone.page.locator('[data-save-state]')).toHaveAttribute('data-save-state', 'saved');
	expect(await hasMark(phone.page)).toBe(true);
	phone.acknowledged.set(draft, ['mitten im Satz']);
});

test('fault 17: an update taken while a claim is sent goes on from the byte where it was @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed({ photoBytes: [900_000] });
	deploy(world, 'v2');
	await lookForUpdate(phone.page);
	await expect(banner(phone)).toBeVisible();
	world.front.on({
		...{ method: 'PATCH', path: UPLOAD, after: 2, times: 1 },
		act: { do: 'delay', ms: 1_500 }
	});
	await phone.send(draft);
	await expect.poll(() => world.seen('PATCH', UPLOAD)).toBe(3);
	await markPage(phone.page);
	await banner(phone).click();
	await phone.expectReceived();
	expect(await hasMark(phone.page)).toBe(false);
	expect(world.seen('POST', /^\/api\/uploads$/)).toBe(1);
	expect(world.seen('PATCH', UPLOAD)).toBe(4);
});

test('fault 18: a tab two versions old still has its parts, and sends @part', async ({ world }) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	// The page lists what it finds when it opens.
	await phone.enter('/drafts');
	for (const version of ['v2', 'v3']) {
		const undo = deploy(world, version);
		await lookForUpdate(phone.page);
		await expect(banner(phone)).toBeVisible();
		if (version === 'v2') undo();
	}
	// What the old pages ask for is not on the server any more.
	world.front.on({ path: /^\/_app\/immutable\//, act: { do: 'answer', status: 404 } });
	await phone.page
		.getByRole('button', { name: m.drafts_continue({}, WORDS) })
		.or(phone.page.getByRole('link', { name: m.drafts_continue({}, WORDS) }))
		.first()
		.click();
	await phone.page.getByRole('button', { name: m.drafts_send({}, WORDS) }).click();
	await phone.expectReceived();
	expect((await phone.read()).drafts.map(({ id }) => id)).toEqual([draft]);
});

test('fault 19: a newer tab that upgrades the database is not blocked by an old one @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.openDraft(draft, 'person');
	await phone.page.locator('[name=note]').waitFor();
	const newer = await phone.context.newPage();
	await newer.goto(`${world.url}/robots.txt`);
	const settledMs = await newer.evaluate(
		() =>
			new Promise<number>((resolve, reject) => {
				const startedAtMs = performance.now();
				const request = indexedDB.open('kundenportal', 9_999);
				request.onupgradeneeded = () => {
					resolve(performance.now() - startedAtMs);
					// The upgrade is taken back: what the tests read afterwards is the old database.
					request.transaction?.abort();
				};
				request.onblocked = () => reject(new Error('blocked by the old tab'));
			})
	);
	expect(settledMs).toBeLessThan(3_000);
	await phone.page.locator('[name=note]').fill('danach');
	await expect(phone.page.locator('[data-save-state]')).toHaveAttribute('data-save-state', 'saved');
	phone.acknowledged.set(draft, ['danach']);

	// And where the newer version stays, the old tab still saves what is typed into it.
	const old = await world.newDevice({ isJudged: false });
	await old.openDraft(await old.seed(), 'person');
	await old.page.locator('[name=note]').waitFor();
	const next = await old.context.newPage();
	await next.goto(`${world.url}/robots.txt`);
	await next.evaluate(
		() =>
			new Promise<void>((resolve) => {
				const request = indexedDB.open('kundenportal', 9_999);
				request.onsuccess = () => {
					request.result.close();
					resolve();
				};
			})
	);
	await old.page.locator('[name=note]').fill('von gestern');
	await expect(old.page.locator('[data-save-state]')).toHaveAttribute('data-save-state', 'saved');
	await old.page.reload();
	await expect(old.page.locator('[name=note]')).toHaveValue('von gestern');
});

test('fault 52: the caches hold the shell and its files, and nothing of anybody @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	await phone.send(draft);
	await phone.expectReceived();
	for (const path of ['/start', '/contracts', '/claims', '/mailbox', '/account', '/drafts']) {
		await phone.page.goto(world.url + path);
	}
	const cached = await phone.page.evaluate(async () => {
		const urls: string[] = [];
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const { url } of await cache.keys()) urls.push(new URL(url).pathname);
		}
		return urls;
	});
	const allowed =
		/^\/(_app\/immutable\/.+|reading\/.+|_app\/(env|version)\.\w+|icons\/.+|fonts\/.+|shell|offline|app\.webmanifest|portal\.js|features\.js)$/;
	expect(cached.length).toBeGreaterThan(5);
	expect(cached.filter((path) => !allowed.test(path))).toEqual([]);
});
