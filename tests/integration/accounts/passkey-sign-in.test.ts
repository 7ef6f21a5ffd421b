import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHALLENGE_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { passkeysRepository } from '#lib/server/accounts/passkeys.repository.ts';
import { SealedValueError } from '#lib/server/platform/sealed-value.ts';
import { verifyCreation } from '#lib/server/platform/webauthn.ts';
import { ownerOf } from '../../support/account-page.ts';
import { accountRooms, REGISTRATION, registerActive, TEST_PARTY } from '../../support/accounts.ts';
import { SoftwarePasskey } from '../../support/authenticator.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { cipherOf } from '../../support/privacy.ts';

const NO_BROWSER = { deviceToken: null, sessionToken: null };
const REFUSED = { ok: false, error: { code: 'accounts/passkey-refused' } };

let it: TestDatabase;
let passkey: SoftwarePasskey;
beforeEach(async () => {
	it = await openTestDatabase();
	await registerActive(it);
	passkey = new SoftwarePasskey(TEST_PARTY.origin);
	await keep(passkey);
});
afterEach(() => it.close());

async function keep(fresh: SoftwarePasskey): Promise<void> {
	const made = await verifyCreation(TEST_PARTY, 'Y2hhbGxlbmdl', fresh.create('Y2hhbGxlbmdl'));
	const { rows } = await it.client.execute('select id, person_id from accounts');
	if (!made) throw new Error('the passkey was refused');
	const owner = { accountId: String(rows[0]?.['id']), personId: String(rows[0]?.['person_id']) };
	const { cipher } = await cipherOf(it, owner);
	await it.db.commit(
		await passkeysRepository.insert(cipher, owner, made, 'Mein Handy', it.clock.nowMs())
	);
}

async function offer(door: 'customer' | 'staff' = 'customer') {
	const offered = await accountRooms(it).passkeySignIn.offer(door);
	if (!offered.ok) throw new Error(offered.error.code);
	const { challengeToken, options } = offered.value;
	return { token: challengeToken, challenge: String(options['challenge']) };
}

const finish = (token: string, answer: string) =>
	accountRooms(it).passkeySignIn.finish(token, answer, NO_BROWSER);

test('a passkey alone opens a session, in one round trip to ask and two to answer', async () => {
	it.takeRoundTrips();
	const { token, challenge } = await offer();
	expect(it.takeRoundTrips()).toBe(1);
	const done = await finish(token, passkey.get(challenge));
	expect(it.takeRoundTrips()).toBe(2);
	expect(done).toMatchObject({ ok: true, value: { role: 'customer' } });
	const found = await accountRooms(it).sessions.find(done.ok ? done.value.sessionToken : '');
	expect(found?.displayName).toBe('Zoë Ødegård');
	const { rows } = await it.client.execute('select opened_by from sessions');
	expect(rows.map((row) => row['opened_by'])).toEqual(['passkey']);
});

test('A7: an answer opens one session, also when ten come at once', async () => {
	const { token, challenge } = await offer();
	const answer = passkey.get(challenge);
	const done = await Promise.all(Array.from({ length: 10 }, () => finish(token, answer)));
	expect(done.filter((one) => one.ok)).toHaveLength(1);
	expect(await it.countRows('sessions')).toBe(1);
	expect(await finish(token, answer)).toMatchObject({ ok: false });
});

test('A6: an answer to another challenge, an unknown passkey and the other door open nothing', async () => {
	const first = await offer();
	const second = await offer();
	expect(await finish(second.token, passkey.get(first.challenge))).toMatchObject(REFUSED);
	const stranger = new SoftwarePasskey(TEST_PARTY.origin);
	expect(await finish(first.token, stranger.get(first.challenge))).toMatchObject(REFUSED);
	const staff = await offer('staff');
	expect(await finish(staff.token, passkey.get(staff.challenge))).toMatchObject(REFUSED);
	expect(await finish(first.token, 'not json')).toMatchObject(REFUSED);
	expect(await it.countRows('sessions')).toBe(0);
});

test('A9: a challenge lives ten minutes', async () => {
	const { token, challenge } = await offer();
	it.clock.advance(CHALLENGE_LIFETIME_MS);
	expect(await finish(token, passkey.get(challenge))).toMatchObject({
		error: { code: 'accounts/challenge-ended' }
	});
});

test('S5: a passkey of a disabled account, or one that was removed, opens nothing', async () => {
	await it.client.execute(`update accounts set status = 'disabled'`);
	const disabled = await offer();
	expect(await finish(disabled.token, passkey.get(disabled.challenge))).toMatchObject(REFUSED);
	await it.client.execute(`update accounts set status = 'active'`);
	await it.client.execute('delete from passkeys');
	const removed = await offer();
	expect(await finish(removed.token, passkey.get(removed.challenge))).toMatchObject(REFUSED);
});

test('L1: a passkey that was refused and one that opened are in the log with their factor', async () => {
	const first = await offer();
	const bent = passkey.get(first.challenge, { isVerified: false });
	expect(await finish(first.token, bent)).toMatchObject(REFUSED);
	const second = await offer();
	expect((await finish(second.token, passkey.get(second.challenge))).ok).toBe(true);
	const { rows } = await it.client.execute(
		`select event, outcome from audit_events where event like 'account/sign%' order by seq`
	);
	expect(rows.map((row) => [row['event'], row['outcome']])).toEqual([
		['account/sign-in-failed', 'failure'],
		['account/signed-in', 'success']
	]);
});

/** A public key of somebody else's making, as the browser would send it. */
async function strangersKey(): Promise<{
	readonly key: SoftwarePasskey;
	readonly cose: Uint8Array;
}> {
	const key = new SoftwarePasskey(TEST_PARTY.origin);
	const made = await verifyCreation(TEST_PARTY, 'Y2hhbGxlbmdl', key.create('Y2hhbGxlbmdl'));
	if (!made) throw new Error('the passkey was refused');
	return { key, cose: made.publicKey };
}

test('ASVS 6.7.1: a public key put into the database beside us opens nothing', async () => {
	const { key, cose } = await strangersKey();
	const { token, challenge } = await offer();
	const answer = key.get(challenge).replaceAll(key.id, passkey.id);
	await it.client.execute({ sql: 'update passkeys set public_key = ?', args: [cose] });
	await expect(finish(token, answer)).rejects.toThrow(SealedValueError);
	expect(await it.countRows('sessions')).toBe(0);
});

test('ASVS 6.7.1: a passkey of one account that is moved to another account opens neither', async () => {
	const other = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	const { actor } = await other.enter();
	await it.client.execute({ sql: 'update passkeys set account_id = ?', args: [actor.accountId] });
	const before = await it.countRows('sessions');
	const { token, challenge } = await offer();
	await expect(finish(token, passkey.get(challenge))).rejects.toThrow(SealedValueError);
	expect(await it.countRows('sessions')).toBe(before);
});

test('ASVS 6.7.1: the public key lies sealed', async () => {
	const { rows } = await it.client.execute('select public_key from passkeys');
	const stored = new Uint8Array(rows[0]?.['public_key'] as ArrayBuffer);
	const { publicKey } = (await verifyCreation(TEST_PARTY, 'AAAA', passkey.create('AAAA'))) ?? {};
	if (!publicKey) throw new Error('the passkey was refused');
	expect(Buffer.from(stored).includes(Buffer.from(publicKey))).toBe(false);
});
