import { LibsqlError } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import { connect, readColumn } from './test-server.ts';

const FAMILY = `
	create table parents (id integer primary key, name text not null check (length(name) > 0));
	create table children (id integer primary key, parent_id integer references parents (id));`;

test.each([
	['insert into parents values (1, null)', 'SQLITE_CONSTRAINT_NOTNULL', 'SQLITE_CONSTRAINT'],
	["insert into parents values (1, '')", 'SQLITE_CONSTRAINT_CHECK', 'SQLITE_CONSTRAINT'],
	["insert into parents values (7, 'x')", 'SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT'],
	['insert into children values (1, 9)', 'SQLITE_CONSTRAINT_FOREIGNKEY', 'SQLITE_CONSTRAINT'],
	['delete from parents', 'SQLITE_CONSTRAINT_FOREIGNKEY', 'SQLITE_CONSTRAINT'],
	['selec 1', 'SQL_PARSE_ERROR', 'SQL_PARSE_ERROR'],
	['select * from nobody', 'SQL_INPUT_ERROR', 'SQL_INPUT_ERROR'],
	['commit', 'SQLITE_UNKNOWN', 'SQLITE_UNKNOWN'],
	['-- nothing', 'SQL_NO_STATEMENT', 'SQL_NO_STATEMENT'],
	['select 1; delete from parents', 'SQL_MANY_STATEMENTS', 'SQL_MANY_STATEMENTS'],
	['select ?', 'ARGS_INVALID', 'ARGS_INVALID']
])('%s is refused with %s, in the words of sqld %s', async (sql, extended, basic) => {
	const rows = "insert into parents values (7, 'a'); insert into children values (7, 7)";
	const client = await connect(`${FAMILY} ${rows}`);
	const asSqld = await connect(`${FAMILY} ${rows}`, { constraintCodes: 'basic' });

	await expect(client.execute(sql)).rejects.toMatchObject({ name: 'LibsqlError', code: extended });
	await expect(asSqld.execute(sql)).rejects.toMatchObject({ name: 'LibsqlError', code: basic });
	expect(await readColumn(client, 'select id from parents')).toEqual([7]);
});

test('too many arguments are refused', async () => {
	const client = await connect();
	const surplus = client.execute({ sql: 'select ?', args: [1, 2] });
	await expect(surplus).rejects.toMatchObject({ code: 'ARGS_INVALID' });
});

test('executeMultiple runs a script with triggers, comments and quoted semicolons', async () => {
	const client = await connect(`
		create table log (line text); -- one; two
		create table t (a);
		create trigger t_log after insert on t begin
			insert into log select case new.a when 'x' then 'an ; x' else new.a end;
			insert into log values ('end;');
		end;
		/* ; */ insert into t values ('x');;
		insert into t ("a") select "odd;name" from (select 'y;' "odd;name")`);

	expect(await readColumn(client, 'select line from log order by rowid')).toEqual([
		'an ; x',
		'end;',
		'y;',
		'end;'
	]);
});

test('executeMultiple stops at an error, and its open transaction is rolled back', async () => {
	const client = await connect('create table t (a)');

	const script = `insert into t values (1); begin; insert into t values (2);
		insert into t values (nowhere()); insert into t values (3); commit`;
	await expect(client.executeMultiple(script)).rejects.toThrow(LibsqlError);

	expect(await readColumn(client, 'select a from t')).toEqual([1]);
});

test('migrate runs without foreign keys and turns them on again', async () => {
	const client = await connect(`${FAMILY} insert into parents values (7, 'a');
		insert into children values (7, 7)`);

	await client.migrate([
		'create table parents_new (id integer primary key, name text)',
		'insert into parents_new select * from parents',
		'drop table parents',
		'alter table parents_new rename to parents'
	]);

	expect(await readColumn(client, 'select parent_id from children')).toEqual([7]);
	const orphan = client.execute('insert into children values (8, 99)');
	await expect(orphan).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
});

test('a transaction may use more texts than the server stores', async () => {
	const client = await connect('create table t (a)');
	const transaction = await client.transaction('write');

	for (let n = 0; n < 70; n += 1) await transaction.execute(`insert into t values (${n})`);
	await transaction.commit();

	expect(await readColumn(client, 'select count(*) from t')).toEqual([70]);
});

test('drizzle selects, inserts, batches and runs transactions', async () => {
	const people = sqliteTable('people', {
		id: integer().primaryKey(),
		name: text().notNull(),
		joinedAt: integer('joined_at', { mode: 'timestamp_ms' })
	});
	const db = drizzle(
		await connect('create table people (id integer primary key, name, joined_at)')
	);
	const joinedAt = new Date('2026-03-01T10:00:00Z');

	const [inserted] = await db.insert(people).values({ name: 'Ada', joinedAt }).returning();
	expect(inserted).toEqual({ id: 1, name: 'Ada', joinedAt });
	const [, everyone] = await db.batch([
		db.insert(people).values({ name: 'Bo' }),
		db.select({ name: people.name }).from(people).orderBy(people.id)
	]);
	expect(everyone).toEqual([{ name: 'Ada' }, { name: 'Bo' }]);
	await db
		.transaction(async (tx) => {
			await tx.delete(people);
			return tx.rollback();
		})
		.catch(() => undefined);

	expect(await db.$count(people)).toBe(2);
});
