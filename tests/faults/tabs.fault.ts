/** Two of everything: clicks, tabs, devices, wake-ups (faults 12 to 15, 43, 44). */
import { m } from '#lib/i18n/generated/messages.js';
import { WORDS } from './support/device.ts';
import { expect, test } from './support/world.ts';

const UPLOAD = /^\/api\/uploads\//;
const SUBMISSION = /^\/api\/submissions\/[^/]+$/;
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

test('fault 14: of two devices with the same draft one sends it; the other keeps its copy unsent @part', async ({
	world
}) => {
	const owner = await world.newCustomer();
	const phone = await world.newDevice({ owner });
	const tablet = await world.newDevice({ owner });
	const draft = await phone.seed();
	await tablet.seed({ draftId: draft });
	await tablet.openDraft(draft, 'check');
	const send = tablet.page.getByRole('button', { name: m.drafts_send({}, WORDS) });
	await send.waitFor();
	await tablet.context.setOffline(true);
	await send.click();
	await tablet.expectTitle(m.drafts_waiting_title({}, WORDS));
	await phone.send(draft);
	await phone.expectReceived();
	await tablet.context.setOffline(false);
	await tablet.expectTitle(m.drafts_attention_title({}, WORDS));
	await expect(tablet.page.getByText(m.drafts_reason_already({}, WORDS))).toBeVisible();
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
