/** What reaches the device from outside while nobody is signed in (faults 47, 48). */
import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { photographReceipt, type Receipt } from '../e2e/support/receipts.ts';
import { WORDS, type Device } from './support/device.ts';
import { expect, test, type World } from './support/world.ts';

/** The form that the share sheet sends, from a page that names no origin, as it does. */
async function share(page: Page, origin: string, file: Receipt): Promise<string> {
	await page.goto('about:blank');
	const given = { name: file.name, type: file.mimeType, base64: file.buffer.toString('base64') };
	await page.evaluate(
		([action, { name, type, base64 }]) => {
			const form = document.createElement('form');
			Object.assign(form, { method: 'post', action, enctype: 'multipart/form-data' });
			const input = document.createElement('input');
			Object.assign(input, { type: 'file', name: 'files' });
			const files = new DataTransfer();
			const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
			files.items.add(new File([bytes], name, { type }));
			input.files = files.files;
			form.append(input);
			document.body.append(form);
			form.submit();
		},
		[`${origin}/share`, given] as const
	);
	await page.waitForURL(/\/drafts\/inbox\//);
	return new URL(page.url()).pathname;
}

/** Signed out in the room itself: the key is gone, what is sealed stays. */
async function signOut(world: World, phone: Device): Promise<void> {
	await phone.enter('/drafts');
	await phone.page.getByRole('button', { name: m.drafts_sign_out({}, WORDS) }).click();
	await phone.expectTitle(m.vault_unlock_title({}, WORDS));
	await world.backstage.endSessions(phone.owner);
}

const countShared = (phone: Device) => phone.inKit((kit) => kit.countShared(), null);

test('fault 47: what is shared while locked, from a cold start and twice, opens once each, for its owner alone @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	const drawn = await photographReceipt(phone.context, {
		...{ name: `${phone.marker}-geteilt.jpg`, issuer: phone.marker, amount: '12,00' }
	});
	await signOut(world, phone);
	// The browser is not even running when somebody shares.
	await phone.stop();
	await phone.start();
	const first = await share(phone.page, world.url, drawn);
	await phone.page.reload();
	const second = await share(phone.page, world.url, drawn);
	expect(second).not.toBe(first);
	expect(await countShared(phone)).toBe(2);
	await expect(phone.page.getByText(drawn.name)).toHaveCount(0);

	// Somebody else signs in, and finds nothing where it lies.
	const ben = await world.newCustomer();
	await phone.signIn(ben);
	await phone.enter(first);
	await expect(phone.page.getByText(m.capture_share_gone({}, WORDS))).toBeVisible();
	await expect(phone.page.getByText(drawn.name)).toHaveCount(0);
	expect(await countShared(phone)).toBe(2);

	await phone.signIn();
	await phone.enter(first);
	await expect(phone.page.getByText(drawn.name)).toBeVisible();
	await phone.page.getByRole('radio', { name: /\S/ }).nth(1).check();
	await phone.page.getByRole('button', { name: m.capture_share_put({}, WORDS) }).click();
	await phone.page.waitForURL(`**/drafts/${draft}/documents`);
	await expect(phone.page.getByText(drawn.name).first()).toBeVisible();
	expect(await countShared(phone)).toBe(1);
	await phone.enter(first);
	await expect(phone.page.getByText(m.capture_share_gone({}, WORDS))).toBeVisible();
	await phone.enter(second);
	await phone.page.getByRole('button', { name: m.capture_share_discard({}, WORDS) }).click();
	await phone.page.waitForURL('**/drafts');
	expect(await countShared(phone)).toBe(0);
	const [kept] = (await phone.read()).drafts;
	expect(kept?.files).toHaveLength(2);
});

/** What the switch of the account page leaves on the device (static/push.js). */
function rememberNotices(): Promise<void> {
	return new Promise((done) => {
		const opening = indexedDB.open('kundenportal-notices', 1);
		opening.onupgradeneeded = () => opening.result.createObjectStore('words');
		opening.onsuccess = () => {
			const writing = opening.result.transaction('words', 'readwrite');
			writing.objectStore('words').put('de', 'language');
			writing.oncomplete = () => {
				opening.result.close();
				done();
			};
		};
	});
}

/** Titles of what is shown; taken off the screen. */
async function takeNotices(): Promise<readonly string[]> {
	const registration = await navigator.serviceWorker.ready;
	const notices = await registration.getNotifications();
	for (const notice of notices) notice.close();
	return notices.map(({ title }) => title);
}

test('fault 48: a push while signed out shows nothing, asks for nothing and opens nothing @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	await phone.seed();
	await phone.context.grantPermissions(['notifications'], { origin: world.url });
	const cdp = await phone.cdp();
	const registrations: { readonly registrationId: string; readonly isDeleted: boolean }[] = [];
	cdp.on('ServiceWorker.workerRegistrationUpdated', (found) => {
		registrations.push(...found.registrations);
	});
	await cdp.send('ServiceWorker.enable');
	await expect.poll(() => registrations.length).toBeGreaterThan(0);
	const push = (data: string) =>
		cdp.send('ServiceWorker.deliverPushMessage', {
			origin: world.url,
			registrationId: registrations.at(-1)?.registrationId ?? '',
			data
		});

	// Switched on, and signed in: the one word shows the one text. Without this the rest proves nothing.
	await phone.page.evaluate(rememberNotices);
	// What the browser is handed while it starts the worker anew can get lost: then once more.
	await expect(async () => {
		await push('status-changed');
		await expect
			.poll(() => phone.page.evaluate(takeNotices), { timeout: 5_000 })
			.toEqual(['Kundenportal']);
	}).toPass({ timeout: 40_000 });

	await signOut(world, phone);
	const sealed = await phone.inKit((kit) => kit.countSealed(), null);
	const before = world.front.seen.length;
	await push('status-changed');
	await push(JSON.stringify({ title: phone.marker, url: '/claims' }));
	// The worker answers a share only after what came before it: the push has been dealt with.
	await share(phone.page, world.url, {
		...{ name: 'danach.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-') }
	});
	const shown = await phone.page.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		const notifications = await registration.getNotifications();
		const subscription = await registration.pushManager.getSubscription();
		return { titles: notifications.map(({ title }) => title), isSubscribed: subscription !== null };
	});
	expect(shown).toEqual({ titles: [], isSubscribed: false });
	expect(await phone.inKit((kit) => kit.countSealed(), null)).toEqual(sealed);
	const asked = world.front.seen.slice(before).map(({ path }) => path);
	expect(asked.filter((path) => /^\/api\/(claims|drafts|submissions|uploads)/.test(path))).toEqual(
		[]
	);
});
