/** What networks and servers do to a claim on its way (faults 6 to 11, 30 to 35, 37). */
import { m } from '#lib/i18n/generated/messages.js';
import { WORDS } from './support/device.ts';
import { expect, test } from './support/world.ts';

const UPLOAD = /^\/api\/uploads\//;
const COMMIT = /^\/api\/submissions\/[^/]+\/commit$/;
const WAITING = m.drafts_waiting_title({}, WORDS);

test('fault 6: with no network the claim is frozen, waits, and goes when the network is back @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	const backOnline = world.front.on({ act: { do: 'drop' } });
	await phone.send(draft);
	await phone.expectTitle(WAITING);
	backOnline();
	await phone.wake();
	await phone.expectReceived();
});

test('fault 7: cut in the middle of a piece, it goes on from where the server stands @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed({ photoBytes: [900_000] });
	world.front.on({
		...{ method: 'PATCH', path: UPLOAD, after: 1, times: 1 },
		act: { do: 'cut-request', atByte: 97_000 }
	});
	await phone.send(draft);
	await phone.expectReceived();
	// Three whole pieces and a rest: none of those that had arrived was sent again.
	expect(world.seen('PATCH', UPLOAD)).toBe(5);
	expect(world.seen('POST', /^\/api\/uploads$/)).toBe(1);
});

test('fault 8: cut between the last piece and the commit, there is one claim @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	world.front.on({ path: COMMIT, times: 1, act: { do: 'drop' } });
	await phone.send(draft);
	await phone.expectReceived();
});

test('fault 9: an answer lost after the commit is asked for, never guessed @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	world.front.on({ path: COMMIT, times: 1, act: { do: 'swallow' } });
	await phone.send(draft);
	await phone.expectReceived();
	// Chromium itself repeats a request whose kept connection was cut: what counts is the one claim.
	expect(world.seen('GET', /^\/api\/submissions\/[^/]+$/)).toBeLessThan(4);
});

test('fault 10: an answer later than the device waits makes no second claim', async ({ world }) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	world.front.on({ path: COMMIT, times: 1, act: { do: 'delay', ms: 300_000 } });
	await phone.send(draft);
	await phone.expectTitle(WAITING, phone.page, 60_000);
	await phone.wake();
	await phone.expectReceived();
	expect(world.seen('POST', COMMIT)).toBe(1);
});

test('fault 11: requests that a proxy repeats change nothing, and every commit answers the same bytes @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed({ photoBytes: [400_000, 300_000] });
	world.front.on({
		path: /^\/api\/(uploads|submissions)/,
		act: { do: 'replay', times: 3 }
	});
	await phone.send(draft);
	await phone.expectReceived(phone.page, 40_000);
	const commits = world.front.seen.filter(({ path }) => COMMIT.test(path)).at(-1);
	expect(commits?.answers).toHaveLength(4);
	expect(new Set(commits?.answers).size).toBe(1);
	expect(commits?.answers[0]).toContain('claimNumber');
});

test('fault 30: a hotel page for every address counts as no network @part', async ({ world }) => {
	const phone = await world.newDevice({ isInstalled: true });
	const draft = await phone.seed();
	const leave = world.front.on({
		act: {
			do: 'answer',
			status: 200,
			headers: { 'content-type': 'text/html' },
			body: '<!doctype html><title>Hotel</title><form>Zimmernummer</form>'
		}
	});
	await phone.send(draft);
	await phone.expectTitle(WAITING);
	leave();
	await phone.wake();
	await phone.expectReceived();
});

test('fault 31: on a slow network that loses every third request the bytes only ever grow, until all is there', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed({ photoBytes: [700_000] });
	world.front.on({ path: /^\/api\//, act: { do: 'lose', every: 3 } });
	const slow = { path: UPLOAD, method: 'PATCH', after: 1, times: 1 };
	world.front.on({ ...slow, act: { do: 'throttle', bytesPerSecond: 120_000 } });
	await phone.send(draft);
	const shown: number[] = [];
	const isReceived = phone.page.getByRole('heading', { name: m.drafts_accepted_title({}, WORDS) });
	await expect(async () => {
		const bar = phone.page.locator('#send-progress');
		const value = await bar.getAttribute('value', { timeout: 200 }).catch(() => null);
		if (value !== null) shown.push(Number(value));
		await phone.wake();
		expect(await isReceived.count()).toBe(1);
	}).toPass({ timeout: 60_000, intervals: [300] });
	expect(shown).toEqual(shown.toSorted((one, other) => one - other));
});

test('fault 31: sent over a network that hardly moves, a claim can be deleted, and the insurer drops its half @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed({ photoBytes: [700_000] });
	world.front.on({ path: UPLOAD, method: 'PATCH', act: { do: 'throttle', bytesPerSecond: 2_000 } });
	await phone.send(draft);
	await phone.expectTitle(m.drafts_sending_title({}, WORDS));
	await expect.poll(() => world.seen('POST', /^\/api\/uploads$/)).toBe(1);
	phone.acknowledged.delete(draft);
	await phone.page.getByRole('button', { name: m.drafts_delete({}, WORDS), exact: true }).click();
	await expect(phone.page.getByText(m.drafts_delete_going_text({}, WORDS))).toBeVisible();
	await phone.page.getByRole('button', { name: m.drafts_delete_yes({}, WORDS) }).click();
	await expect(phone.page).toHaveURL(/\/drafts$/);
	expect((await phone.read()).drafts).toEqual([]);
	expect(await world.backstage.submissionStates(phone.owner)).toEqual(['withdrawn']);
});

test('fault 32: a 429 is waited out for as long as it says, by all tabs together', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	world.front.on({
		...{ method: 'PUT', path: /^\/api\/submissions\//, times: 1 },
		act: {
			do: 'answer',
			status: 429,
			headers: { 'content-type': 'application/json', 'retry-after': '4' },
			body: '{"code":"portal/limit-reached"}'
		}
	});
	const other = await phone.context.newPage();
	await other.goto(`${world.url}/drafts`);
	const startedMs = Date.now();
	await phone.send(draft);
	await phone.expectReceived();
	expect(Date.now() - startedMs).toBeGreaterThan(3_900);
	expect(world.seen('PUT', /^\/api\/submissions\//)).toBe(2);
});

test('fault 33: a claim that always fails holds up no other @part', async ({ world }) => {
	const phone = await world.newDevice();
	const poisoned = await phone.seed();
	const second = await phone.seed();
	const third = await phone.seed();
	let first = '';
	world.front.on({
		...{ method: 'PUT', path: /^\/api\/submissions\// },
		act: {
			do: 'first',
			run: async () => {
				const { path = '' } = world.front.seen.at(-1) ?? {};
				first ||= path;
				return path === first ? 'drop' : 'pass';
			}
		}
	});
	await phone.send(poisoned);
	await expect.poll(() => first).not.toBe('');
	for (const draft of [second, third]) {
		await phone.send(draft);
		await phone.expectReceived();
	}
	const states = (await phone.read()).drafts.map(({ id, state }) => [id, state.name]);
	expect(new Map(states as [string, string][]).get(poisoned)).not.toBe('accepted');
	world.front.clear();
	await phone.openDraft(poisoned);
	await phone.wake();
	await phone.expectReceived();
});

for (const status of [409, 423]) {
	test(`fault 34: a ${status} for a piece is passing: the server is asked where it stands @part`, async ({
		world
	}) => {
		const phone = await world.newDevice();
		const draft = await phone.seed({ photoBytes: [700_000] });
		world.front.on({
			...{ method: 'PATCH', path: UPLOAD, after: 1, times: 1 },
			act: { do: 'answer', status, headers: { 'tus-resumable': '1.0.0' } }
		});
		await phone.send(draft);
		await phone.expectReceived();
		expect(world.seen('HEAD', UPLOAD)).toBe(1);
	});
}

test('fault 35: an upload that the server has forgotten begins anew under the same submission @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed({ photoBytes: [700_000] });
	world.front.on({
		...{ method: 'PATCH', path: UPLOAD, after: 1, times: 1 },
		act: {
			do: 'first',
			run: async () => {
				await world.backstage.forgetUploads(phone.owner);
				return 'drop';
			}
		}
	});
	await phone.send(draft);
	await phone.expectReceived();
	expect(await world.backstage.countSubmissions(phone.owner)).toBe(1);
});

test('fault 37: a server that dies before the commit commits once when it is back @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed();
	world.front.on({
		...{ path: COMMIT, times: 1 },
		act: {
			do: 'first',
			run: async () => {
				await world.stack.stopPortal();
				return 'pass';
			}
		}
	});
	await phone.send(draft);
	await phone.expectTitle(WAITING);
	await world.stack.startPortal();
	await phone.wake();
	await phone.expectReceived();
});
