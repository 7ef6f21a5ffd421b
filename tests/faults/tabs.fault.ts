/** Two of everything: clicks, tabs, devices, wake-ups (faults 12 to 15, 43, 44). */
import { m } from '#lib/i18n/generated/messages.js';
import { WORDS } from './support/device.ts';
import { expect, test, type World } from './support/world.ts';

const UPLOAD = /^\/api\/uploads\//;
const SUBMISSION = /^\/api\/submissions\/[^/]+$/;
const COPIES = /\/api\/drafts\//;
const PHOTO_PARTS = 3;
const COMMIT = /^\/api\/submissions\/[^/]+\/commit$/;

test('fault 12: send pressed three times, by hand and by Enter, sends once @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.openDraft(draft, 'check');
	const send = phone.page.getByRole('button', { name: m.drafts_send({}, WORDS) });
	await send.waitFor();
	await send.evaluate((button) => {
		const form = button.closest('form');
		if (!(button instanceof HTMLElement) || !form) throw new Error('no form');
		button.click();
		button.click();
		form.requestSubmit();
	});
	await phone.expectReceived();
	expect(world.seen('PUT', SUBMISSION)).toBe(1);
	expect(await world.backstage.countSubmissions(phone.owner)).toBe(1);
});

test('fault 13: of two tabs that send, one does, and both show the receipt @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	const other = await phone.context.newPage();
	await phone.openDraft(draft, 'check');
	await other.goto(`${world.url}/drafts`);
	const send = phone.page.getByRole('button', { name: m.drafts_send({}, WORDS) });
	await send.waitFor();
	await Promise.all([send.click(), phone.wake(other), phone.wake()]);
	await other.goto(`${world.url}/drafts/${draft}`);
	await phone.expectReceived();
	await phone.expectReceived(other);
	expect(world.seen('POST', COMMIT)).toBe(1);
});

/** Two devices of one owner with a version each of the same draft: the tablet's waits, the phone's is sent. */
async function sendFromBoth(world: World) {
	const owner = await world.newCustomer();
	const phone = await world.newDevice({ owner });
	// Goes offline soon: all parts of the room must be there by then.
	const tablet = await world.newDevice({ owner, isInstalled: true });
	const draft = await phone.seed();
	// What the tablet knows of the other device comes when the test says so.
	await tablet.context.route(COPIES, (route) => route.abort());
	await tablet.seed({ draftId: draft });
	await tablet.openDraft(draft, 'check');
	const send = tablet.page.getByRole('button', { name: m.drafts_send({}, WORDS) });
	await send.waitFor();
	await tablet.context.setOffline(true);
	await send.click();
	await tablet.expectTitle(m.drafts_waiting_title({}, WORDS));
	return { phone, tablet, draft, owner };
}

test('fault 14: of two devices with the same draft one sends it; the version of the other becomes a new draft @part', async ({
	world
}) => {
	const { phone, tablet, draft, owner } = await sendFromBoth(world);
	await phone.enter('/drafts');
	await expect.poll(() => world.backstage.countCopiedParts(owner)).toBe(PHOTO_PARTS);
	await phone.send(draft);
	await phone.expectReceived();
	await tablet.context.setOffline(false);
	await tablet.expectTitle(m.drafts_elsewhere_title({}, WORDS));
	await expect(tablet.page.getByText(m.drafts_reason_already({}, WORDS))).toBeVisible();
	await tablet.page.getByRole('button', { name: m.drafts_keep_as_new({}, WORDS) }).click();
	await tablet.page.waitForURL((url) => !url.pathname.includes(draft));
	const copy = /\/drafts\/([0-9a-f-]{36})/.exec(tablet.page.url())?.[1] ?? '';
	tablet.acknowledged.set(copy, [tablet.marker]);
	// It is a claim of its own, when its owner says so.
	await tablet.page.getByRole('checkbox', { name: m.drafts_declaration({}, WORDS) }).check();
	await tablet.page.getByRole('button', { name: m.drafts_send({}, WORDS) }).click();
	await tablet.expectReceived();
	// The receipt of the other device comes for the old draft, and makes no third one.
	await phone.enter('/drafts');
	await expect.poll(() => world.backstage.revOfCopy(owner, draft)).toBeGreaterThan(1);
	await tablet.context.unroute(COPIES);
	await tablet.wake();
	const received = async () =>
		(await tablet.read()).drafts.filter(({ state }) => state.name === 'accepted').length;
	await expect.poll(received).toBe(2);
	expect((await tablet.read()).drafts).toHaveLength(2);
	tablet.acknowledged.set(draft, [phone.marker]);
});

test('fault 14: the receipt of the other device arrives by itself, and what was different here stays as a draft', async ({
	world
}) => {
	const { phone, tablet, draft, owner } = await sendFromBoth(world);
	await phone.enter('/drafts');
	await expect.poll(() => world.backstage.countCopiedParts(owner)).toBe(PHOTO_PARTS);
	await phone.send(draft);
	await phone.expectReceived();
	await phone.enter('/drafts');
	await expect.poll(() => world.backstage.revOfCopy(owner, draft)).toBeGreaterThan(1);
	await tablet.context.unroute(COPIES);
	await tablet.context.setOffline(false);
	await tablet.wake();
	await tablet.expectReceived();
	await expect.poll(async () => (await tablet.read()).drafts.length).toBe(2);
	const own = (await tablet.read()).drafts.find(({ id }) => id !== draft);
	expect(own).toMatchObject({ form: { note: tablet.marker }, state: { name: 'editing' } });
	expect(own?.files.map(({ isIntact }) => isIntact)).toEqual([true]);
	tablet.acknowledged.set(draft, [phone.marker]).set(own?.id ?? '', [tablet.marker]);
});

test('fault 15: a service worker stopped while a claim is sent does not matter to it @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed({ photoBytes: [700_000] });
	const cdp = await phone.cdp();
	await cdp.send('ServiceWorker.enable');
	world.front.on({
		...{ method: 'PATCH', path: UPLOAD, after: 1, times: 1 },
		act: {
			do: 'first',
			run: async () => {
				await cdp.send('ServiceWorker.stopAllWorkers');
				return 'pass';
			}
		}
	});
	await phone.send(draft);
	await phone.expectReceived();
	expect(world.seen('POST', COMMIT)).toBe(1);
});

test('fault 43: a frozen tab that holds the sending is replaced, and stops when it wakes up @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed({ photoBytes: [700_000] });
	let reached = () => {};
	const isReached = new Promise<void>((resolve) => (reached = resolve));
	let thaw = () => {};
	const isThawed = new Promise<void>((resolve) => (thaw = resolve));
	world.front.on({
		...{ method: 'PATCH', path: UPLOAD, after: 1, times: 1 },
		act: {
			do: 'first',
			run: async () => {
				reached();
				await isThawed;
				return 'pass';
			}
		}
	});
	await phone.send(draft);
	await isReached;
	const cdp = await phone.cdp();
	await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
	// Headless Chromium goes on with some tasks of a frozen page; with its script held none runs.
	await cdp.send('Debugger.enable');
	await cdp.send('Debugger.pause');
	const other = await phone.context.newPage();
	await other.goto(`${world.url}/drafts/${draft}`);
	await phone.expectReceived(other);
	thaw();
	await cdp.send('Debugger.disable');
	await cdp.send('Page.setWebLifecycleState', { state: 'active' });
	await phone.expectReceived();
	expect(world.seen('POST', COMMIT)).toBe(1);
});

test('fault 44: a hundred wake-ups in a second are one round @part', async ({ world }) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	await phone.openDraft(draft, 'check');
	const send = phone.page.getByRole('button', { name: m.drafts_send({}, WORDS) });
	await send.waitFor();
	const before = world.seen('GET', /^\/api\/session$/);
	await phone.page.evaluate(() => {
		for (let time = 0; time < 50; time++) {
			dispatchEvent(new Event('online'));
			document.dispatchEvent(new Event('visibilitychange'));
		}
	});
	await send.click();
	await phone.page.evaluate(() => {
		for (let time = 0; time < 100; time++) dispatchEvent(new Event('online'));
	});
	await phone.expectReceived();
	expect(world.seen('PUT', SUBMISSION)).toBe(1);
	expect(world.seen('POST', COMMIT)).toBe(1);
	expect(world.seen('GET', /^\/api\/session$/) - before).toBeLessThan(10);
});
