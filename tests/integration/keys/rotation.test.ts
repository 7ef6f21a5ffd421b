import { randomUUID } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { createClient } from '@libsql/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { openDatabase, type Database } from '#lib/server/db/client.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { createRewrapKeys } from '#lib/server/jobs/rewrap-keys.ts';
import {
	KEY_PURPOSES,
	removeKeyVersion,
	rotateKeys,
	type KeyPurpose,
	type Keys
} from '#lib/server/platform/keys.ts';
import { listMigrations } from '../../../tools/database/migrate.ts';
import { describeKeyUse } from '../../../tools/keys/status.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	signIn
} from '../../support/accounts.ts';
import { claimRooms, insertCustomer, type Customer } from '../../support/claims.ts';
import { openTestDatabase, withKeys, type TestDatabase } from '../../support/database.ts';
import { contractsService } from '../../support/contracts.ts';

const MOVABLE = ['data', 'totp', 'blindIndex'] as const;
const date = (text: string) => text as CalendarDate;
const QUIET = () => undefined;

let old: TestDatabase;
let secretText: string;
let customer: Customer;
beforeEach(async () => {
	old = await openTestDatabase();
	({ secretText } = await registerActive(old));
	customer = await insertCustomer(old, 'ada@example.org');
});
afterEach(() => old.close());

const rotated = (purposes: readonly KeyPurpose[] = MOVABLE) =>
	withKeys(old, rotateKeys(old.keys, purposes, old.ids.randomBytes));
const rewrapOf = (it: TestDatabase, db: Database = it.db) =>
	createRewrapKeys({ db, clock: it.clock, newCipher: it.newCipher });
const without = (keys: Keys, purposes: readonly KeyPurpose[]) =>
	purposes.reduce((left, purpose) => removeKeyVersion(left, purpose, 1), keys);

async function canSignIn(it: TestDatabase): Promise<boolean> {
	it.clock.advance(TOTP_STEP_MS);
	const code = codeAt(secretText, it.clock.nowMs());
	return (await signIn(it, { ...REGISTRATION, code })).ok;
}
const contractsOf = (it: TestDatabase) => contractsService(it);
async function insertUnlinkedContract(it: TestDatabase, policyNumber: string): Promise<void> {
	const contracts = createContractsRepository(it.cipher);
	const id = randomUUID();
	const done = await it.db.commit(
		await insertPerson(it.cipher, {
			id,
			profile: { firstName: 'Ida', lastName: 'Berg', dateOfBirth: date('2000-01-01') },
			nowMs: it.clock.nowMs()
		}),
		await contracts.insert(
			{
				id,
				policyNumber,
				policyholderId: id,
				bankAccount: {
					holder: 'Ida Berg',
					iban: 'DE89370400440532013000',
					bic: null,
					bankName: null
				},
				plan: 'Care Student',
				startsOn: date('2026-02-01'),
				endsOn: null,
				currency: 'EUR',
				deductibleMinor: 0,
				maximumMinor: null,
				activationHash: await contracts.activationHash(`CODE-${policyNumber}`)
			},
			[id]
		)
	);
	if (!done.ok) throw new Error(done.error.code);
}
async function versionsLeft(it: TestDatabase): Promise<readonly string[]> {
	const uses = await rewrapOf(it).count();
	const movable = uses.filter((use) => use.canMove && use.rows > 0);
	return [...new Set(movable.map((use) => `${use.purpose} ${use.version}`))].toSorted();
}

test('D4: after a rotation everything old is still read, and new rows use the new version', async () => {
	const now = rotated([...KEY_PURPOSES]);
	expect(await canSignIn(now)).toBe(true);
	const contract = await contractsOf(now).get(customer, customer.contractId);
	expect(contract).toMatchObject({
		ok: true,
		value: { policyNumber: `MA-${customer.contractId}` }
	});
	await registerActive(now, { ...REGISTRATION, email: 'neu@example.org' });
	const { rows } = await now.client.execute(
		`select root_version as data, hex(substr(totp_secret, 1, 1)) as totp,
		 hex(substr(email_index, 1, 1)) as email, instr(password_hash, 'pepper=2') > 0 as pepper
		 from accounts join people on people.id = person_id order by accounts.created_at_ms desc limit 1`
	);
	expect(rows[0]).toMatchObject({ data: 2, totp: '02', email: '02', pepper: 1 });
});

test('D4: after the re-wrap the old versions can be removed, and everybody still comes in', async () => {
	const now = rotated();
	expect(await versionsLeft(now)).toEqual(['blindIndex 1', 'data 1', 'totp 1']);
	const done = await rewrapOf(now).moveAll(QUIET);
	// Two data keys, two people's names, one authenticator secret, two addresses, one policy number.
	expect(done).toEqual({ movedRows: 8, leftRows: 0 });
	expect(await versionsLeft(now)).toEqual(['blindIndex 2', 'data 2', 'totp 2']);
	const later = withKeys(old, without(now.keys, MOVABLE));
	expect(await canSignIn(later)).toBe(true);
	expect(await contractsOf(later).get(customer, customer.contractId)).toMatchObject({
		ok: true
	});
	expect(await rewrapOf(later).moveAll(QUIET)).toEqual({ movedRows: 0, leftRows: 0 });
});

test('D4: without the re-wrap a removed version takes its rows with it, and status says so before', async () => {
	const now = rotated();
	const lines = describeKeyUse(now.keys, await rewrapOf(now).count());
	expect(lines).toContain('data 1 (old): still needed: npm run keys:rewrap');
	const early = withKeys(old, without(now.keys, MOVABLE));
	expect(await canSignIn(early)).toBe(false);
	expect(describeKeyUse(early.keys, await rewrapOf(early).count())).toContain(
		'data 1 (MISSING): rows need it: bring it back from the key safe'
	);
	await rewrapOf(now).moveAll(QUIET);
	expect(describeKeyUse(now.keys, await rewrapOf(now).count())).toContain(
		'data 1 (old): nothing needs it, it may be destroyed: npm run keys:remove'
	);
});

test('D4: a letter printed before the rotation links its contract, before the re-wrap and after', async () => {
	const numbers = ['MA-1', 'MA-2'] as const;
	for (const number of numbers) await insertUnlinkedContract(old, number);
	const link = (it: TestDatabase, policyNumber: string, activationCode: string) =>
		contractsOf(it).link(customer, { policyNumber, dateOfBirth: '2000-01-01', activationCode });
	const now = rotated();
	expect(await link(now, numbers[0], 'WRONG')).toMatchObject({ ok: false });
	expect(await link(now, numbers[0], `CODE-${numbers[0]}`)).toMatchObject({ ok: true });
	await rewrapOf(now).moveAll(QUIET);
	const later = withKeys(old, without(now.keys, ['data', 'totp']));
	expect(await link(later, numbers[1], `CODE-${numbers[1]}`)).toMatchObject({ ok: true });
});

test('D4: look-up values from before they named their key are found after the migration', async () => {
	await old.client.execute(
		`update accounts set email_index = cast(substr(email_index, 2) as blob)`
	);
	expect(await canSignIn(old)).toBe(false);
	const moves = listMigrations()
		.find(({ name }) => name.endsWith('_key_versions.sql'))
		?.statements.filter((sql) => sql.includes('UPDATE'));
	expect(moves).toHaveLength(2);
	// Twice: a row that names its key already stays as it is.
	await old.client.batch([...(moves ?? []), ...(moves ?? [])]);
	expect(await canSignIn(old)).toBe(true);
});

test('D4: while the index key changes a known address gets no second account', async () => {
	await accountRooms(rotated()).registration.register(REGISTRATION, 'de');
	expect(await old.countRows('accounts')).toBe(2);
	const { rows } = await old.client.execute(
		`select outcome from audit_events where event = 'account/registered' order by seq`
	);
	expect(rows.map((row) => row['outcome'])).toEqual(['success', 'failure']);
});

test('D4: a value that changes while it is being moved keeps its newer content', async () => {
	const now = rotated(['totp']);
	const fresh = await now.cipher.sealTotpSecret(
		{ table: 'accounts', column: 'totp_secret', rowId: 'x', personId: 'x' },
		new Uint8Array(20)
	);
	const overtaken: Database = {
		...now.db,
		commit: async (...writes) => {
			await now.client.execute({ sql: 'update accounts set totp_secret = ?', args: [fresh] });
			return now.db.commit(...writes);
		}
	};
	await rewrapOf(now, overtaken).moveAll(QUIET);
	const { rows } = await now.client.execute('select totp_secret from accounts');
	expect(rows).toHaveLength(2);
	for (const row of rows) expect(new Uint8Array(row['totp_secret'] as ArrayBuffer)).toEqual(fresh);
});

test('D5: a key that is erased while it is being moved does not come back', async () => {
	const now = rotated(['data']);
	const overtaken: Database = {
		...now.db,
		commit: async (...writes) => {
			await now.client.execute('update people set wrapped_key = zeroblob(0)');
			return now.db.commit(...writes);
		}
	};
	await rewrapOf(now, overtaken).moveAll(QUIET);
	const { rows } = await now.client.execute(
		'select count(*) as n from people where length(wrapped_key) > 0'
	);
	expect(rows[0]?.['n']).toBe(0);
});

test('D4: a damaged row is left and counted, and holds nobody else up', async () => {
	await old.client.execute({
		sql: `update people set wrapped_key = zeroblob(40) where id = ?`,
		args: [customer.personId]
	});
	const now = rotated();
	// Their data key, and the name, address and number that only it opens.
	expect(await rewrapOf(now).moveAll(QUIET)).toEqual({ movedRows: 4, leftRows: 4 });
	expect(await canSignIn(now)).toBe(true);
});

test('D4: a minute of the job moves a bounded share, and the next minutes the rest', async () => {
	const many = 650;
	const wrapped = await old.cipher.createPerson('p');
	await old.client.batch(
		Array.from({ length: many }, (_, n) => ({
			sql: `insert into people (id, wrapped_key, root_version, names_version, profile, created_at_ms) values (?, ?, 1, 1, x'00', 0)`,
			args: [`p${n}`, wrapped.wrappedKey]
		}))
	);
	const now = rotated(['data']);
	now.takeRoundTrips();
	expect(await rewrapOf(now).moveSome()).toEqual({ movedRows: 500, leftRows: 0 });
	expect(now.takeRoundTrips()).toBe(10);
	expect(await rewrapOf(now).moveSome()).toEqual({ movedRows: many + 2 - 500, leftRows: 0 });
	now.takeRoundTrips();
	await rewrapOf(now).moveSome();
	expect(now.takeRoundTrips()).toBe(1);
});

test('D4: two at once and a stop in the middle do no harm', async () => {
	const now = rotated();
	let batches = 0;
	const stopped: Database = {
		...now.db,
		commit: async (...writes) => {
			batches += 1;
			if (batches > 0) throw new Error('stopped');
			return now.db.commit(...writes);
		}
	};
	await expect(rewrapOf(now, stopped).moveAll(QUIET)).rejects.toThrow('stopped');
	await Promise.all([rewrapOf(now).moveAll(QUIET), rewrapOf(now).moveAll(QUIET)]);
	expect(await versionsLeft(now)).toEqual(['blindIndex 2', 'data 2', 'totp 2']);
	expect(await canSignIn(withKeys(old, without(now.keys, MOVABLE)))).toBe(true);
});

test('D4: the job finds what is left by an index, not by reading every row', async () => {
	for (const condition of [
		`people where root_version < 2 or root_version > 2`,
		`accounts where totp_secret is not null and (totp_secret < x'02' or totp_secret >= x'03')`,
		`accounts where email_index < x'02' or email_index >= x'03'`,
		`contracts where policy_number_index < x'02' or policy_number_index >= x'03'`
	]) {
		const { rows } = await old.client.execute(
			`explain query plan select id from ${condition} limit 100`
		);
		const plan = rows.map((row) => String(row['detail'])).join('; ');
		expect(plan).not.toMatch(/SCAN/);
	}
});

test('D5: what was erased does not come back with an older copy once its root is destroyed', async () => {
	const snapshot = `${old.file}.snapshot`;
	await old.client.execute('pragma wal_checkpoint(truncate)');
	copyFileSync(old.file, snapshot);
	// The erasure: the person's key goes, and with it everything under it.
	await old.client.execute({
		sql: `update people set wrapped_key = zeroblob(0), profile = zeroblob(0) where id = ?`,
		args: [customer.personId]
	});
	// The next epoch: everybody living moves, the old root is destroyed.
	const epoch = rotated(['data']);
	expect(await rewrapOf(epoch).moveAll(QUIET)).toEqual({ movedRows: 1, leftRows: 0 });
	expect(await versionsLeft(epoch)).toContain('data 2');
	expect(await versionsLeft(epoch)).not.toContain('data 1');
	const later = without(epoch.keys, ['data']);
	const restored = createClient({ url: `file:${snapshot}` });
	const inSnapshot = withKeys({ ...old, client: restored, db: openDatabase(restored) }, later);
	await expect(claimRooms(inSnapshot, customer)).rejects.toThrow('needs the root key data 1');
	await expect(claimRooms(withKeys(inSnapshot, old.keys), customer)).resolves.toBeDefined();
	restored.close();
	expect(await canSignIn(withKeys(old, later))).toBe(true);
});
