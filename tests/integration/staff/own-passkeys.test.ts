import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { passkeysRepository } from '#lib/server/accounts/passkeys.repository.ts';
import type { Proof } from '#lib/server/accounts/step-up-acts.ts';
import { verifyCreation } from '#lib/server/platform/webauthn.ts';
import { pageRooms } from '../../support/account-page.ts';
import { TEST_PARTY, waitingMails } from '../../support/accounts.ts';
import { SoftwarePasskey } from '../../support/authenticator.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { cipherOf } from '../../support/privacy.ts';
import { mustHold, openSession } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';

const NO_PROOF: Proof = { code: '', password: '', newCode: '', passkey: '', newPasskey: '' };
const FAILED = { error: { code: 'accounts/step-up-failed' } };

let it: TestDatabase;
let clerk: Actor;
let token: string;
let first: SoftwarePasskey;
beforeEach(async () => {
	it = await openTestDatabase();
	clerk = await addAccount(it, 'clerk', 'Carl');
	token = await openSession(it, clerk);
	first = new SoftwarePasskey(TEST_PARTY.origin);
	// Staff set up no authenticator app.
	await it.client.execute(`update accounts set totp_secret = null where role = 'clerk'`);
	await insertFirst();
});
afterEach(() => it.close());

/** A request with the present cookie. */
async function enter() {
	const rooms = pageRooms(it);
	const signedIn = await rooms.sessions.find(token);
	if (!signedIn) throw new Error('signed out');
	const { actor, sessionId } = signedIn;
	const challengeOf = async (kind: 'offerPasskey' | 'offerNewPasskey', id: string) =>
		String(mustHold(await rooms.stepUp[kind](actor, sessionId, id))['challenge']);
	return { ...rooms, actor, sessionId, challengeOf };
}

/** The passkey the invitation has left behind, which no step-up has made. */
async function insertFirst(): Promise<void> {
	const challenge = 'AAAA';
	const made = await verifyCreation(TEST_PARTY, challenge, first.create(challenge));
	if (!made) throw new Error('no passkey');
	const { cipher } = await cipherOf(it, clerk);
	mustHold(
		await it.db.commit(
			await passkeysRepository.insert(cipher, clerk, made, 'Laptop', it.clock.nowMs())
		)
	);
}

async function askAdd(label = 'Schlüssel'): Promise<string> {
	const { actor, sessionId, passkeys } = await enter();
	return mustHold(await passkeys.askAdd(actor, sessionId, { label })).id;
}
async function confirm(id: string, proof: Partial<Proof>) {
	const { actor, sessionId, stepUp } = await enter();
	const done = await stepUp.confirm(actor, sessionId, id, { ...NO_PROOF, ...proof });
	if (done.ok) token = done.value.sessionToken;
	return done;
}
/** Adds one more with the first as proof. */
async function addSecond(): Promise<SoftwarePasskey> {
	const second = new SoftwarePasskey(TEST_PARTY.origin);
	const id = await askAdd();
	const { challengeOf } = await enter();
	const passkey = first.get(await challengeOf('offerPasskey', id));
	const newPasskey = second.create(await challengeOf('offerNewPasskey', id));
	mustHold(await confirm(id, { passkey, newPasskey }));
	return second;
}

test('Z8: staff add a second passkey with the one they have, and are told by mail', async () => {
	const id = await askAdd();
	const { actor, sessionId, stepUp } = await enter();
	expect(mustHold(await stepUp.show(actor, sessionId, id))).toMatchObject({
		needsPassword: false,
		isPasskeyOnly: true,
		wantsNewPasskey: true
	});
	await addSecond();
	const { passkeys } = await enter();
	expect(mustHold(await passkeys.list(clerk)).map(({ label }) => label)).toEqual([
		'Laptop',
		'Schlüssel'
	]);
	expect((await waitingMails(it)).at(-1)).toMatchObject({
		template: 'account-changed',
		change: 'passkey'
	});
	const { rows } = await it.client.execute(
		`select factors from audit_events where event = 'account/passkey-added'`
	);
	expect(rows.map((row) => row['factors'])).toEqual(['passkey']);
});

test('Z8, S8: without a fresh answer of the passkey nothing is added, whatever else is right', async () => {
	const id = await askAdd();
	const { challengeOf } = await enter();
	const second = new SoftwarePasskey(TEST_PARTY.origin);
	const newPasskey = second.create(await challengeOf('offerNewPasskey', id));
	expect(await confirm(id, { newPasskey, password: 'x', code: '000000' })).toMatchObject(FAILED);
	const other = await askAdd();
	const foreign = first.get(await challengeOf('offerPasskey', other));
	expect(await confirm(id, { newPasskey, passkey: foreign })).toMatchObject(FAILED);
	expect(await it.countRows('passkeys')).toBe(1);
});

test('Z8: a passkey goes with another as proof, and the last one never goes', async () => {
	const second = await addSecond();
	const ask = async (passkeyId: string) => {
		const { actor, sessionId, passkeys } = await enter();
		return passkeys.askRemove(actor, sessionId, { passkeyId });
	};
	const both = [mustHold(await ask(first.id)).id, mustHold(await ask(second.id)).id] as const;
	const { challengeOf } = await enter();
	const byFirst = first.get(await challengeOf('offerPasskey', both[1]));
	mustHold(await confirm(both[1], { passkey: byFirst }));
	expect(await ask(first.id)).toMatchObject({ error: { code: 'accounts/last-passkey' } });
	expect(await it.countRows('passkeys')).toBe(1);
});

test('Z8: an act that was asked for while there were two does not take the last one', async () => {
	const second = await addSecond();
	const { actor, sessionId, passkeys } = await enter();
	const { id } = mustHold(await passkeys.askRemove(actor, sessionId, { passkeyId: first.id }));
	await it.client.execute({ sql: 'delete from passkeys where id = ?', args: [second.id] });
	const { challengeOf } = await enter();
	const answer = first.get(await challengeOf('offerPasskey', id));
	expect(await confirm(id, { passkey: answer })).toMatchObject({
		error: { code: 'accounts/last-passkey' }
	});
	expect(await it.countRows('passkeys')).toBe(1);
});

test('Z5: staff ask for no other act on an account by themselves', async () => {
	const { actor, sessionId, stepUp } = await enter();
	for (const act of ['password/change', 'mobile/change', 'session/end-others'] as const) {
		expect(await stepUp.ask(actor, sessionId, act, {})).toMatchObject({
			error: { code: 'portal/forbidden' }
		});
	}
});
