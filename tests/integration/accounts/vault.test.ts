import { afterEach, beforeEach, expect, test } from 'vitest';
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

async function openVault(customer: Customer) {
	const vault = await (await claimRooms(it, customer)).vault.open(customer);
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
