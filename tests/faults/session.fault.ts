/** Sessions, other people, clocks (faults 25 to 27, 29, 49). */
import { m } from '#lib/i18n/generated/messages.js';
import { WORDS } from './support/device.ts';
import { expect, test } from './support/world.ts';

const SUBMISSION = /^\/api\/submissions\/[^/]+$/;
const API = /^\/api\/(submissions|uploads)/;
const DAY_MS = 24 * 60 * 60 * 1000;

test('fault 25: a session that ends while a queue is sent pauses it; it goes on after the sign-in @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const drafts = [await phone.seed(), await phone.seed(), await phone.seed()];
	const backOnline = world.front.on({ path: /^\/api\//, act: { do: 'drop' } });
	for (const draft of drafts) {
		await phone.send(draft);
		await phone.expectTitle(m.drafts_waiting_title({}, WORDS));
	}
	backOnline();
	world.front.on({
		...{ method: 'PUT', path: SUBMISSION, after: 2, times: 1 },
		act: {
			do: 'first',
			run: async () => {
				await world.backstage.endSessions(phone.owner);
				return 'pass';
			}
		}
	});
	await phone.enter('/drafts');
	await phone.wake();
	await expect(phone.page.getByText(m.drafts_state_auth({}, WORDS))).toBeVisible();
	const before = (await phone.read()).drafts.map(({ state }) => state.name).toSorted();
	expect(before).toEqual(['accepted', 'accepted', 'paused']);
	// Signed in beside it; this page finds out by itself.
	await phone.signIn();
	await phone.page.evaluate(() => dispatchEvent(new Event('focus')));
	await expect(phone.page.getByText(m.drafts_state_auth({}, WORDS))).toHaveCount(0);
	await expect
		.poll(async () => (await phone.read()).drafts.map(({ state }) => state.name))
		.toEqual(['accepted', 'accepted', 'accepted']);
	expect(world.seen('POST', /\/commit$/)).toBe(3);
	expect(world.seen('PUT', SUBMISSION)).toBe(4);
});

test('fault 25: a session that ended while the device was offline asks for the sign-in, not for a network @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	const backOnline = world.front.on({ act: { do: 'drop' } });
	await phone.send(draft);
	await phone.expectTitle(m.drafts_waiting_title({}, WORDS));
	await world.backstage.endSessions(phone.owner);
	backOnline();
	await phone.wake();
	await phone.expectTitle(m.drafts_auth_title({}, WORDS));
	await expect
		.poll(async () => (await phone.read()).drafts.map(({ state }) => state))
		.toMatchObject([{ name: 'paused', cause: 'auth' }]);
	await phone.signIn();
	await phone.page.evaluate(() => dispatchEvent(new Event('focus')));
	await phone.expectReceived();
});

test('fault 26: somebody else who signs in sends and sees nothing of the first @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	const backOnline = world.front.on({ path: /^\/api\//, act: { do: 'drop' } });
	await phone.send(draft);
	await phone.expectTitle(m.drafts_waiting_title({}, WORDS));
	await world.backstage.endSessions(phone.owner);
	const ben = await world.newCustomer();
	await phone.signIn(ben);
	backOnline();
	const before = world.seen('PUT', API) + world.seen('POST', API);
	await phone.enter('/drafts');
	await expect(phone.page.getByText(m.vault_foreign({}, WORDS))).toBeVisible();
	await phone.wake();
	await phone.openDraft(draft);
	await phone.expectTitle(m.drafts_gone_title({}, WORDS));
	await expect(phone.page.getByText(phone.marker)).toHaveCount(0);
	expect(world.seen('PUT', API) + world.seen('POST', API)).toBe(before);
	expect(await world.backstage.claimsOf(ben)).toEqual([]);
	// Ben leaves; the device is Ada's again.
	await world.backstage.endSessions(ben);
	await phone.signIn();
	await phone.enter('/drafts');
	await phone.openDraft(draft);
	await phone.expectReceived();
});

for (const network of ['online', 'offline'] as const) {
	test(`fault 27: signed out ${network} with a queue, the ciphertext stays and nothing is sent @part`, async ({
		world
	}) => {
		const phone = await world.newDevice({ isInstalled: true });
		const draft = await phone.seed();
		const other = await phone.seed();
		const api = world.front.on({ path: /^\/api\//, act: { do: 'drop' } });
		await phone.send(draft);
		await phone.expectTitle(m.drafts_waiting_title({}, WORDS));
		const sealed = await phone.inKit((kit) => kit.countSealed(), null);
		await phone.openDraft('').catch(() => undefined);
		await phone.enter('/drafts');
		if (network === 'online') api();
		else world.front.on({ act: { do: 'drop' } });
		world.front.on({ path: API, act: { do: 'drop' } });
		await phone.page.getByRole('button', { name: m.drafts_sign_out({}, WORDS) }).click();
		await phone.expectTitle(m.vault_unlock_title({}, WORDS));
		if (network === 'offline') {
			const cookies = (await phone.context.cookies()).map(({ name }) => name);
			expect(cookies).toEqual(expect.arrayContaining(['__Host-kp', '__Host-kp-signed-out']));
		}
		world.front.clear();
		const before = world.front.seen.length;
		await phone.wake();
		await phone.page.reload();
		await phone.expectTitle(m.vault_unlock_title({}, WORDS));
		expect(await phone.inKit((kit) => kit.countSealed(), null)).toEqual(sealed);
		expect(world.front.seen.slice(before).filter(({ path }) => API.test(path))).toEqual([]);
		await phone.signIn();
		await phone.enter('/drafts');
		await phone.openDraft(draft);
		await phone.expectReceived();
		expect(phone.acknowledged.has(other)).toBe(true);
	});
}

for (const [clock, shiftMs, timezoneId] of [
	['ninety days ahead', 90 * DAY_MS, 'Pacific/Kiritimati'],
	['a day behind', -DAY_MS, 'America/Anchorage']
] as const) {
	test(`fault 29: with a clock ${clock} in another zone the order, the sending and the day stay right`, async ({
		world
	}) => {
		const phone = await world.newDevice();
		const first = await phone.seed();
		const second = await phone.seed();
		await phone.stop();
		await phone.start({ timezoneId });
		await phone.signIn();
		await phone.page.clock.install({ time: Date.now() + shiftMs });
		await phone.enter('/drafts');
		await expect(phone.page.locator('.card-title')).toHaveCount(2);
		expect((await phone.read()).drafts.map(({ id }) => id)).toEqual([second, first]);
		await phone.send(first);
		await phone.expectReceived();
		const sent = (await phone.read()).drafts.find(({ id }) => id === first);
		const { rows } = await world.backstage.client.execute({
			sql: 'select submitted_at_ms from claims where account_id = ?',
			args: [phone.owner.accountId]
		});
		expect(Math.abs(Number(rows[0]?.['submitted_at_ms']) - Date.now())).toBeLessThan(60_000);
		expect(sent?.state).toMatchObject({
			frozen: { submission: { content: { firstTreatmentOn: '2026-11-02' } } }
		});
	});
}

test('fault 49: a browser that keeps no keys says so before the first draft @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isJudged: false });
	await phone.context.addInitScript(() => {
		const put = IDBObjectStore.prototype.put;
		IDBObjectStore.prototype.put = function (...values) {
			if (this.name === 'keys') throw new DOMException('no keys here', 'DataCloneError');
			return put.apply(this, values);
		};
	});
	await phone.page.evaluate(
		() =>
			new Promise((resolve) => {
				const request = indexedDB.open('kundenportal');
				request.onsuccess = () => {
					const clear = request.result.transaction('keys', 'readwrite').objectStore('keys').clear();
					clear.onsuccess = resolve;
				};
			})
	);
	await phone.enter('/drafts');
	await expect(phone.page.getByText(m.vault_no_keys_text({}, WORDS))).toBeVisible();
});
