import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds } from '#lib/server/db/client.ts';
import { mailTokens } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

const STALE = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;

const person = (id: string) => ({
	id,
	wrappedKey: Uint8Array.of(1, 2, 3),
	rootVersion: 1,
	profile: Uint8Array.of(4),
	createdAtMs: 1,
	namesVersion: null
});
const insert = (id: string) => write(sqlBuilder.insert(people).values(person(id)));
const moveVersion = (id: string, from: number, to: number) =>
	writeIfHolds(
		sqlBuilder.update(people).set({ rootVersion: to }).where(eq(people.rootVersion, from)),
		STALE
	);
const findPerson = (id: string) =>
	read(sqlBuilder.select().from(people).where(eq(people.id, id)), ([row]) => row ?? null);

test('everything an act reads comes in one round trip, typed and in order', async () => {
	await it.db.commit(insert('a'));
	it.takeRoundTrips();
	const [found, none] = await it.db.read(findPerson('a'), findPerson('b'));
	expect(it.takeRoundTrips()).toBe(1);
	expect(found).toEqual(person('a'));
	expect(none).toBeNull();
});

test('a write on a stale version is answered as a conflict and nothing of the act remains', async () => {
	await it.db.commit(insert('a'));
	const done = await it.db.commit(insert('b'), moveVersion('a', 7, 8), insert('c'));
	expect(done).toEqual({ ok: false, error: STALE });
	expect(await it.countRows('people')).toBe(1);
});

test('a write whose condition holds goes through with its whole act', async () => {
	const done = await it.db.commit(insert('a'), moveVersion('a', 1, 2), insert('b'));
	expect(done.ok).toBe(true);
	const [found] = await it.db.read(findPerson('a'));
	expect(found?.rootVersion).toBe(2);
	expect(await it.countRows('people')).toBe(2);
});

test('a used code cannot be used again, and the second act leaves no trace', async () => {
	await it.client.execute(`insert into people values ('p', x'00', 1, x'00', 0, null)`);
	await it.client.execute(
		`insert into accounts (id, person_id, role, status, email_index, contact, language, password_hash, created_at_ms)
		 values ('k', 'p', 'customer', 'pending', x'01', x'00', 'de', '-', 0)`
	);
	const tokenHash = Uint8Array.of(9);
	await it.db.commit(
		write(
			sqlBuilder
				.insert(mailTokens)
				.values({ tokenHash, accountId: 'k', purpose: 'verify-mail', expiresAtMs: 10 })
		)
	);
	const use = () =>
		writeIfHolds(
			sqlBuilder.update(mailTokens).set({ usedAtMs: 5 }).where(eq(mailTokens.expiresAtMs, 10)),
			STALE
		);
	expect((await it.db.commit(use(), insert('first'))).ok).toBe(true);
	await it.client.execute('update mail_tokens set expires_at_ms = 11');
	expect((await it.db.commit(use(), insert('second'))).ok).toBe(false);
	const [second] = await it.db.read(findPerson('second'));
	expect(second).toBeNull();
});

test('a crash in the middle of an act leaves nothing of it and is not mistaken for a conflict', async () => {
	const broken = {
		statements: [{ statement: 'insert into no_such_table values (1)', unmet: null }]
	};
	await expect(it.db.commit(insert('a'), broken, insert('b'))).rejects.toThrow(/no_such_table/);
	expect(await it.countRows('people')).toBe(0);
});

test('a constraint with an answer is that answer, one without is thrown', async () => {
	await it.db.commit(insert('a'));
	const again = write(sqlBuilder.insert(people).values(person('a')), STALE);
	expect(await it.db.commit(insert('b'), again)).toEqual({ ok: false, error: STALE });
	expect(await it.countRows('people')).toBe(1);
	await expect(it.db.commit(insert('a'))).rejects.toThrow(/UNIQUE|PRIMARY/i);
});

test('a look that must be logged is written and read in one round trip, or not read at all', async () => {
	await it.db.commit(insert('a'));
	it.takeRoundTrips();
	const seen = await it.db.commitAndRead([moveVersion('a', 1, 2)], [findPerson('a')]);
	expect(it.takeRoundTrips()).toBe(1);
	expect(seen.ok && seen.value[0]?.rootVersion).toBe(2);
	const refused = await it.db.commitAndRead([moveVersion('a', 1, 2)], [findPerson('a')]);
	expect(refused).toEqual({ ok: false, error: STALE });
});

test('the builder of statements can run none of them', async () => {
	await expect(async () => sqlBuilder.select().from(people)).rejects.toThrow(/runs nothing|query/);
});
