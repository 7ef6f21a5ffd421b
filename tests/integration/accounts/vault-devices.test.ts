import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { VAULT_DEVICE_KEPT_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import type { Result } from '#lib/domain/result.ts';
import { accountRefOf } from '#lib/server/accounts/account-ref.ts';
import { createVaultService } from '#lib/server/accounts/vault.service.ts';
import { accountRooms, REGISTRATION } from '../../support/accounts.ts';
import { ownerOf, type Owner, type pageRooms } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mustHold, staffRooms } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';

const PHONE = 'P'.repeat(43);
const LAPTOP = 'L'.repeat(43);

let it: TestDatabase;
let owner: Owner;
let laptopToken: string;
let words: Readonly<Record<string, string>>;

beforeEach(async () => {
	it = await openTestDatabase();
	owner = await ownerOf(it);
	laptopToken = await owner.signIn();
	words = { [PHONE]: await openOn(PHONE), [LAPTOP]: await openOn(LAPTOP, laptopToken) };
});
afterEach(() => it.close());

/** Opens the drafts in a session and answers the hash of the word that will end that. */
async function openOn(deviceId: string, cookie = owner.token()): Promise<string> {
	const { actor, sessionId, ...rooms } = await owner.enter(cookie);
	const vault = createVaultService({ ...rooms, operator: OPERATOR });
	const view = mustHold(await vault.open(actor, { mayCreate: true, deviceId }, sessionId));
	return view.revokeHash ?? '';
}

/** Which devices would lock now, each by the very word it was promised. */
async function revoked(): Promise<readonly string[]> {
	const { actor } = await owner.enter(await owner.signIn());
	const ref = await accountRefOf(actor.accountId);
	const vault = createVaultService({ ...accountRooms(it), operator: OPERATOR });
	const list: string[] = [];
	for (const id of [PHONE, LAPTOP]) {
		const { revokeProof } = await vault.findWords(ref, id);
		if (revokeProof === null) continue;
		const hash = createHash('sha256').update(Buffer.from(revokeProof, 'base64url'));
		expect(hash.digest('base64url')).toBe(words[id]);
		list.push(id);
	}
	return list;
}

type Rooms = ReturnType<typeof pageRooms> & { actor: Actor; sessionId: string };

/** Asks for a sensitive act on the phone and proves it there. */
async function prove(ask: (rooms: Rooms) => Promise<Result<{ readonly id: string }>>) {
	const { id } = mustHold(await ask(await owner.enter()));
	const { stepUp, actor, sessionId } = await owner.enter();
	owner.take(mustHold(await stepUp.confirm(actor, sessionId, id, owner.proof())).sessionToken);
}

const nameDevice = (deviceHash: string) =>
	it.client.execute({
		sql: 'update sessions set device_hash = ? where vault_device_id = ?',
		args: [new Uint8Array(Buffer.from(deviceHash, 'hex')), LAPTOP]
	});

test('D7: while its session stands no device gets its word, nor after its own sign-out', async () => {
	expect(await revoked()).toEqual([]);
	const { actor, sessionId, sessions } = await owner.enter(laptopToken);
	expect(actor.role).toBe('customer');
	mustHold(await it.db.commit(sessions.end(sessionId)));
	expect(await revoked()).toEqual([]);
});

test('D7: "end this device" locks the drafts of that session and of no other', async () => {
	await prove(async ({ account, actor, sessionId }) => {
		const { sessions } = mustHold(await account.listDevices(actor, sessionId));
		const other = sessions.find((one) => !one.isCurrent);
		return account.askEndSession(actor, sessionId, other?.id ?? '');
	});
	expect(await revoked()).toEqual([LAPTOP]);
});

test('D7: "end all others" spares the device it is asked on', async () => {
	await prove(({ account, actor, sessionId }) => account.askEndOthers(actor, sessionId));
	expect(await revoked()).toEqual([LAPTOP]);
});

test('D7: a device taken off the list locks, also when its session is long over', async () => {
	const device = 'ab'.repeat(32);
	await nameDevice(device);
	await openOn(LAPTOP, laptopToken);
	await it.client.execute({
		sql: `insert into known_devices select ?, id, 'Firefox, Linux', 0, 0, 9000000000000000 from accounts`,
		args: [new Uint8Array(Buffer.from(device, 'hex'))]
	});
	await it.client.execute(`delete from sessions where vault_device_id = '${LAPTOP}'`);
	await prove(({ account, actor, sessionId }) => account.askForgetDevice(actor, sessionId, device));
	expect(await revoked()).toEqual([LAPTOP]);
});

test('D7: "this was not me" locks every device', async () => {
	const { account, actor } = await owner.enter();
	mustHold(await account.disown(actor));
	await it.client.execute('update accounts set must_change_password = 0');
	expect(await revoked()).toEqual([PHONE, LAPTOP]);
});

test('D7: staff who end the sessions of a customer lock every device', async () => {
	const support = await addAccount(it, 'support', 'Sara');
	const call = { email: REGISTRATION.email, reason: 'phone-gone' } as const;
	mustHold(await staffRooms(it).customerSessions.end(support, call));
	expect(await revoked()).toEqual([PHONE, LAPTOP]);
});

test('D7: a device that signs in again is let in, under its old name too', async () => {
	const { account, actor } = await owner.enter();
	mustHold(await account.disown(actor));
	await openOn(PHONE, await owner.signIn());
	expect(await revoked()).toEqual([LAPTOP]);
});

test('D7: nobody takes over the device of somebody else by its name', async () => {
	const other = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	const { actor, sessionId, ...rooms } = await other.enter();
	const vault = createVaultService({ ...rooms, operator: OPERATOR });
	const view = mustHold(await vault.open(actor, { mayCreate: true, deviceId: PHONE }, sessionId));
	expect(view.revokeHash).toBeNull();
	expect(view.keysLastMs).toBe(30 * DAY_MS);
	mustHold(await rooms.account.disown(actor));
	expect(await revoked()).toEqual([]);
});

test('D7: a session that was ended a moment ago brings no revoked device back', async () => {
	const { actor, sessionId, ...rooms } = await owner.enter();
	mustHold(await rooms.account.disown(actor));
	const vault = createVaultService({ ...rooms, operator: OPERATOR });
	mustHold(await vault.open(actor, { mayCreate: true, deviceId: PHONE }, sessionId));
	expect(await revoked()).toEqual([PHONE, LAPTOP]);
});

test('D9: devices that have not come for half a year are forgotten', async () => {
	it.clock.advance(VAULT_DEVICE_KEPT_MS + 1);
	await openOn(LAPTOP, await owner.signIn());
	expect(await it.countRows('vault_devices')).toBe(1);
});
