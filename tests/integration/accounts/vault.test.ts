import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VaultRequest } from '#lib/domain/accounts/vault.schema.ts';
import { accountRefOf } from '#lib/server/accounts/account-ref.ts';
import { createVaultRepository } from '#lib/server/accounts/vault.repository.ts';
import { claimRooms, insertCustomer, type Customer } from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let zoe: Customer;
let eve: Customer;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	eve = await insertCustomer(it, 'eve@example.org');
});
afterEach(() => it.close());

async function openVault(customer: Customer, request?: VaultRequest) {
	const vault = await (await claimRooms(it, customer)).vault.open(customer, request);
	if (!vault.ok) throw new Error(vault.error.code);
	return vault.value;
}

test('the vault key is 32 bytes, made once and the same ever after', async () => {
	const first = await openVault(zoe);
	expect(Buffer.from(first.vaultKey, 'base64url').length).toBe(32);
	expect(await openVault(zoe)).toEqual(first);
});

test('two devices at once get one key', async () => {
	const [one, two] = await Promise.all([openVault(zoe), openVault(zoe)]);
	expect(one).toEqual(two);
	expect(await it.countRows('vault_escrows')).toBe(1);
});

test('two people have two keys and two names, and neither name is an id', async () => {
	const [own, other] = [await openVault(zoe), await openVault(eve)];
	expect(own.vaultKey).not.toBe(other.vaultKey);
	expect(own.accountRef).not.toBe(other.accountRef);
	expect(own.accountRef).not.toContain(zoe.accountId);
});

test('the key lies sealed in the database', async () => {
	const { vaultKey } = await openVault(zoe);
	const { rows } = await it.client.execute('select vault_key from vault_escrows');
	const stored = Buffer.from(rows[0]?.['vault_key'] as ArrayBuffer);
	expect(stored.includes(Buffer.from(vaultKey, 'base64url'))).toBe(false);
});

test('a clerk has no vault, and it costs one round trip', async () => {
	const { vault } = await claimRooms(it, zoe);
	it.takeRoundTrips();
	expect(await vault.open({ ...zoe, role: 'clerk' })).toMatchObject({ ok: false });
	expect(it.takeRoundTrips()).toBe(0);
	await vault.open(zoe);
	expect(it.takeRoundTrips()).toBe(1);
});

const KEY = Buffer.alloc(32, 7).toString('base64url');

test('a device with sealed drafts gets no new key in place of a lost one', async () => {
	const { vault } = await claimRooms(it, zoe);
	expect(await vault.open(zoe, { mayCreate: false })).toMatchObject({
		ok: false,
		error: { code: 'portal/not-found' }
	});
	expect(await it.countRows('vault_escrows')).toBe(0);
});

test('a lost key comes back from a device that has it, and never in place of another', async () => {
	const first = await openVault(zoe, { mayCreate: false, vaultKey: KEY });
	expect(first.vaultKey).toBe(KEY);
	const other = Buffer.alloc(32, 9).toString('base64url');
	expect((await openVault(zoe, { mayCreate: false, vaultKey: other })).vaultKey).toBe(KEY);
	expect((await openVault(eve)).vaultKey).not.toBe(KEY);
});

test("names the owner's passkeys, which may open the drafts, and nobody else's", async () => {
	for (const [id, owner] of [
		['zoes-key', zoe],
		['eves-key', eve]
	] as const) {
		await it.client.execute({
			sql: `insert into passkeys (id, account_id, public_key, sign_count, transports, label, is_backed_up, created_at_ms)
				values (?, ?, x'00', 0, '', 'Handy', 0, 1)`,
			args: [id, owner.accountId]
		});
	}
	expect((await openVault(zoe)).passkeyIds).toEqual(['zoes-key']);
});

test('D7: only the removal of an account gives out the word that makes its devices wipe', async () => {
	const { removalHash, accountRef } = await openVault(zoe);
	expect((await openVault(zoe)).removalHash).toBe(removalHash);
	const { vault } = await claimRooms(it, eve);
	const findRemoval = async (ref: string) => (await vault.findWords(ref)).removalProof;
	expect(await findRemoval(accountRef)).toBeNull();
	expect(await findRemoval(await accountRefOf('nobody'))).toBeNull();

	const done = await it.db.commit(
		createVaultRepository(it.cipher).markRemoved(accountRef, it.clock.nowMs())
	);
	expect(done.ok).toBe(true);
	await it.client.execute({
		sql: 'delete from vault_escrows where account_id = ?',
		args: [zoe.accountId]
	});
	const proof = await findRemoval(accountRef);
	const hash = createHash('sha256').update(Buffer.from(proof ?? '', 'base64url'));
	expect(hash.digest('base64url')).toBe(removalHash);
	expect(await findRemoval((await openVault(eve)).accountRef)).toBeNull();
});
