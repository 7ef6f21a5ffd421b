/** What opens the drafts goes wrong, one way at a time (faults 28, 40 to 42). */
import type { Page } from '@playwright/test';
import { m } from '#lib/i18n/generated/messages.js';
import { WORDS, type Device } from './support/device.ts';
import { expect, test } from './support/world.ts';

const PASSPHRASE = 'der grüne Bus fährt um sieben';
const PIN = '280649';
const MINUTE_MS = 60_000;

const press = (page: Page, name: string) =>
	page.getByRole('main').getByRole('button', { name, exact: true }).click();
const passphraseField = (page: Page) =>
	page.getByLabel(m.vault_passphrase({}, WORDS), { exact: true });

async function openByPassphrase(page: Page, text = PASSPHRASE): Promise<void> {
	await passphraseField(page).fill(text);
	await press(page, m.vault_unlock_passphrase({}, WORDS));
}

/** Loads the room anew: what lies open on the device would open by itself. */
async function lockByReload(phone: Device): Promise<void> {
	await phone.page.reload();
	await phone.expectTitle(m.vault_unlock_title({}, WORDS));
}

async function expectOpen(phone: Device): Promise<void> {
	await phone.expectTitle(m.drafts_title({}, WORDS));
	await expect(phone.page.locator('.card-title')).toHaveCount(1);
}

test('fault 28: an account removed while the device is offline takes its drafts only with its own word @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	await phone.seed();
	const sealed = await phone.inKit((kit) => kit.countSealed(), null);
	const backOnline = world.front.on({ act: { do: 'drop' } });
	await world.backstage.endSessions(phone.owner);
	await world.backstage.removeVault(phone.owner);
	await phone.page.reload();
	await expectOpen(phone);
	backOnline();
	// Whoever stands between says what they like: not found, gone, and a word that is not the right one.
	for (const [status, body] of [
		[404, '{}'],
		[403, '{"code":"portal/forbidden"}'],
		[410, '{}'],
		[410, JSON.stringify({ isRemoved: true, proof: 'A'.repeat(43) })]
	] as const) {
		const answered = world.front.on({
			path: /^\/api\/vault\/removed/,
			act: { do: 'answer', status, headers: { 'content-type': 'application/json' }, body }
		});
		const asked = phone.page.waitForResponse(/\/api\/vault\/removed$/);
		await phone.page.reload();
		await asked;
		answered();
		expect(await phone.inKit((kit) => kit.countSealed(), null)).toEqual(sealed);
	}
	await phone.page.reload();
	await expect
		.poll(() => phone.inKit((kit) => kit.countSealed(), null))
		.toEqual({ drafts: 0, chunks: 0 });
	world.markEmptied(phone);
});

test('fault 40: whichever envelope of the key is missing, another one opens the drafts', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	await phone.seed();
	await phone.plugInAuthenticator();
	const all = { passphrase: PASSPHRASE, pin: PIN, hasPasskey: true };
	await phone.inKitHere((kit, ways) => kit.protect(ways), all);

	// The Worker's copy: the passphrase opens, and the copy is put back.
	await world.backstage.loseEscrow(phone.owner);
	await lockByReload(phone);
	await expect(phone.page.getByText(m.vault_lost_title({}, WORDS))).toBeVisible();
	await openByPassphrase(phone.page);
	await expectOpen(phone);
	await expect.poll(() => world.backstage.countEscrows(phone.owner)).toBe(1);

	// The passphrase: the PIN opens, and the passkey does.
	let backOnline = world.front.on({ act: { do: 'drop' } });
	await phone.inKitHere((kit) => kit.dropEnvelope('passphrase'), null);
	await lockByReload(phone);
	await expect(passphraseField(phone.page)).toHaveCount(0);
	await phone.page.getByLabel(m.vault_pin({}, WORDS), { exact: true }).fill(PIN);
	await press(phone.page, m.vault_pin_open({}, WORDS));
	await expectOpen(phone);
	await lockByReload(phone);
	await press(phone.page, m.vault_unlock_passkey({}, WORDS));
	await expectOpen(phone);

	// The passkey's envelope and the device's own key: the passphrase opens.
	backOnline();
	await phone.inKitHere((kit, passphrase) => kit.protect({ passphrase }), PASSPHRASE);
	backOnline = world.front.on({ act: { do: 'drop' } });
	await phone.inKitHere((kit) => kit.dropEnvelope('passkey'), null);
	await phone.inKitHere((kit) => kit.dropKeys(), null);
	await lockByReload(phone);
	await expect(phone.page.getByLabel(m.vault_pin({}, WORDS), { exact: true })).toHaveCount(0);
	await openByPassphrase(phone.page);
	await expectOpen(phone);

	// All that lies here: the Worker's copy opens, and a way is asked for before the next draft.
	backOnline();
	await phone.inKitHere((kit) => kit.dropEnvelope('passphrase'), null);
	await phone.page.reload();
	await expectOpen(phone);
	await press(phone.page, m.drafts_new({}, WORDS));
	await phone.expectTitle(m.vault_setup_title({}, WORDS));
});

test('fault 41: a passkey that answers something else opens nothing and changes nothing @part', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	await phone.seed();
	await phone.plugInAuthenticator();
	const ways = { passphrase: PASSPHRASE, hasPasskey: true };
	await phone.inKitHere((kit, given) => kit.protect(given), ways);
	const before = await phone.inKitHere((kit) => kit.envelopes(), null);
	const backOnline = world.front.on({ act: { do: 'drop' } });
	await lockByReload(phone);
	await phone.page.evaluate(() => {
		const answer = PublicKeyCredential.prototype.getClientExtensionResults;
		PublicKeyCredential.prototype.getClientExtensionResults = function () {
			const first = new Uint8Array(32).fill(7).buffer;
			return { ...answer.call(this), prf: { results: { first } } };
		};
	});
	await press(phone.page, m.vault_unlock_passkey({}, WORDS));
	await expect(phone.page.getByText(m.vault_passkey_unable({}, WORDS))).toBeVisible();
	await openByPassphrase(phone.page);
	await expectOpen(phone);
	await expect(phone.page.getByText(m.vault_worry_broken({}, WORDS))).toBeVisible();
	const after = await phone.inKitHere((kit) => kit.envelopes(), null);
	expect(after).toEqual(
		before.map((envelope) => ({ ...envelope, isBroken: envelope.kind === 'passkey' }))
	);
	// The right answer again: it opens, and its owner need not worry any more.
	await lockByReload(phone);
	await press(phone.page, m.vault_unlock_passkey({}, WORDS));
	await expectOpen(phone);
	await expect(phone.page.getByText(m.vault_worry_broken({}, WORDS))).toHaveCount(0);
	backOnline();
});

test('fault 42: twenty wrong passphrases cost time and no draft, and the right one opens then', async ({
	world
}) => {
	const phone = await world.newDevice({ isInstalled: true });
	await phone.seed();
	await phone.inKitHere((kit, passphrase) => kit.protect({ passphrase }), PASSPHRASE);
	const sealed = await phone.inKit((kit) => kit.countSealed(), null);
	const backOnline = world.front.on({ act: { do: 'drop' } });
	let nowMs = Date.now();
	await phone.page.clock.setFixedTime(nowMs);
	await lockByReload(phone);
	const wrong = phone.page.getByText(m.vault_wrong({}, WORDS));
	for (let guess = 1; guess <= 20; guess++) {
		await openByPassphrase(phone.page, `der ${guess}. Bus fährt um sieben`);
		await expect
			.poll(() => phone.inKitHere((kit) => kit.guesses(), null), { timeout: 20_000 })
			.toBe(guess);
		await expect(wrong).toBeVisible();
		if (guess < 5) continue;
		// Before its pause is over not even the right one counts.
		if (guess === 5 || guess === 20) {
			await openByPassphrase(phone.page);
			await expect(phone.page.getByText(/Sekunden|Minuten/)).toBeVisible();
			await expect(passphraseField(phone.page)).toBeVisible();
		}
		nowMs += 5 * MINUTE_MS;
		await phone.page.clock.setFixedTime(nowMs);
	}
	await openByPassphrase(phone.page);
	await expectOpen(phone);
	backOnline();
	expect(await phone.inKit((kit) => kit.countSealed(), null)).toEqual(sealed);
});
