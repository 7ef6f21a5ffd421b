import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Proof } from '#lib/server/accounts/step-up-acts.ts';
import { ownerOf, type Owner } from '../../support/account-page.ts';
import { TEST_PARTY, waitingMails } from '../../support/accounts.ts';
import { SoftwarePasskey } from '../../support/authenticator.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const FAILED = { ok: false, error: { code: 'accounts/step-up-failed' } };

let it: TestDatabase;
let owner: Owner;
let passkey: SoftwarePasskey;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await ownerOf(it);
	passkey = new SoftwarePasskey(TEST_PARTY.origin);
});
afterEach(() => it.close());

async function askAdd(): Promise<string> {
	const { passkeys, actor, sessionId } = await owner.enter();
	const asked = await passkeys.askAdd(actor, sessionId, { label: 'Mein Handy' });
	if (!asked.ok) throw new Error(asked.error.code);
	return asked.value.id;
}

async function askMobile(): Promise<string> {
	const { account, actor, sessionId } = await owner.enter();
	const asked = await account.askMobile(actor, sessionId, { mobile: '+351 912 345 678' });
	if (!asked.ok) throw new Error(asked.error.code);
	return asked.value.id;
}

async function challengeOf(id: string, kind: 'offerNewPasskey' | 'offerPasskey'): Promise<string> {
	const { stepUp, actor, sessionId } = await owner.enter();
	const options = await stepUp[kind](actor, sessionId, id);
	if (!options.ok) throw new Error(options.error.code);
	return String(options.value['challenge']);
}

async function confirm(id: string, proof: Partial<Proof>) {
	const { stepUp, actor, sessionId } = await owner.enter();
	const done = await stepUp.confirm(actor, sessionId, id, { ...owner.proof(), ...proof });
	if (done.ok) owner.take(done.value.sessionToken);
	return done;
}

async function addPasskey(): Promise<void> {
	const id = await askAdd();
	const newPasskey = passkey.create(await challengeOf(id, 'offerNewPasskey'));
	expect(await confirm(id, { newPasskey })).toMatchObject({ ok: true });
}

test('A25: a passkey is added with the full factor, and its owner is told without its name', async () => {
	await addPasskey();
	const { passkeys, actor } = await owner.enter();
	expect(await passkeys.list(actor)).toMatchObject({
		value: [{ id: passkey.id, label: 'Mein Handy', lastUsedAtMs: null }]
	});
	const mail = (await waitingMails(it)).findLast((one) => one.template === 'account-changed');
	expect(mail).toMatchObject({ change: 'passkey' });
	expect(JSON.stringify(mail)).not.toContain('Handy');
});

test('S8: a passkey made for another act, or answered by a stranger, is not added', async () => {
	const first = await askAdd();
	const second = await askAdd();
	const foreign = passkey.create(await challengeOf(first, 'offerNewPasskey'));
	expect(await confirm(second, { newPasskey: foreign })).toMatchObject({
		error: { code: 'accounts/passkey-not-added' }
	});
	expect(await confirm(second, { newPasskey: '' })).toMatchObject({ ok: false });
	expect(await it.countRows('passkeys')).toBe(0);
});

test('S8: a passkey stands in for the code, bound to its act, once', async () => {
	await addPasskey();
	const id = await askMobile();
	const other = await askMobile();
	const answer = passkey.get(await challengeOf(id, 'offerPasskey'));
	await challengeOf(other, 'offerPasskey');
	expect(await confirm(other, { code: '', passkey: answer })).toMatchObject(FAILED);
	expect(await confirm(id, { code: '', passkey: answer, password: 'falsch' })).toMatchObject(
		FAILED
	);
	expect(await confirm(id, { code: '', passkey: answer })).toMatchObject({ ok: true });
	expect(await confirm(id, { code: '', passkey: answer })).toMatchObject({
		error: { code: 'accounts/step-up-ended' }
	});
});

test('A12: a password with a hundred failures proves nothing beside a passkey either', async () => {
	await addPasskey();
	const id = await askMobile();
	const answer = passkey.get(await challengeOf(id, 'offerPasskey'));
	await it.client.execute('update accounts set password_failures = 100');
	expect(await confirm(id, { code: '', passkey: answer })).toMatchObject(FAILED);
	await it.client.execute('update accounts set password_failures = 99');
	expect(await confirm(id, { code: '', passkey: answer })).toMatchObject({ ok: true });
});

test('S8: an act without a challenge takes no passkey, and a strange passkey proves nothing', async () => {
	await addPasskey();
	const id = await askMobile();
	expect(await confirm(id, { code: '', passkey: passkey.get('AAAA') })).toMatchObject(FAILED);
	const stranger = new SoftwarePasskey(TEST_PARTY.origin);
	const answer = stranger.get(await challengeOf(id, 'offerPasskey'));
	expect(await confirm(id, { code: '', passkey: answer })).toMatchObject(FAILED);
});

test('Z2: nobody removes the passkey of somebody else', async () => {
	await addPasskey();
	const { passkeys } = await owner.enter();
	const stranger = { accountId: 'x', personId: 'y', role: 'customer' } as const;
	expect(await passkeys.askRemove(stranger, 's', { passkeyId: passkey.id })).toMatchObject({
		error: { code: 'portal/not-found' }
	});
});
