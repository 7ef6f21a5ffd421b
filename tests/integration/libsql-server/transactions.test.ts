import { LibsqlBatchError, LibsqlError } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { CLIENTS, connect, readColumn, rejectionOf } from './test-server.ts';

const ITEMS = 'create table items (n integer unique)';
const MUST_CHANGE = `
	create view must_change as select 1 as n;
	create trigger must_change_guard instead of insert on must_change when new.n = 0
	begin
		select case when 1 then raise(abort, 'nothing has changed') end;
	end;`;

describe.each(CLIENTS)('%s', (_name, create) => {
	test('a batch that fails in the middle leaves nothing, and names the statement', async () => {
		const client = await connect(ITEMS, {}, create);

		const error = await rejectionOf(
			client.batch(
				['insert into items values (1)', 'insert into items values (1)', 'select 1'],
				'write'
			)
		);

		expect(error).toBeInstanceOf(LibsqlBatchError);
		expect(error).toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE', statementIndex: 1 });
		expect(await readColumn(client, 'select n from items')).toEqual([]);
	});

	test('a batch answers every statement', async () => {
		const client = await connect(ITEMS, {}, create);

		const results = await client.batch(
			[
				{ sql: 'insert into items values (?)', args: [1] },
				{ sql: 'insert into items values (?)', args: [2] },
				'select sum(n) total from items'
			],
			'write'
		);

		expect(results.map((result) => result.rowsAffected)).toEqual([1, 1, 0]);
		expect(results[2]?.rows[0]?.total).toBe(3);
	});

	test('a transaction is invisible until it is committed', async () => {
		const client = await connect(ITEMS, {}, create);
		const transaction = await client.transaction('write');
		await transaction.execute('insert into items values (1)');

		expect(await readColumn(client, 'select n from items')).toEqual([]);
		await transaction.commit();

		expect(await readColumn(client, 'select n from items')).toEqual([1]);
	});

	test('a transaction rolled back or closed leaves nothing and no lock', async () => {
		const client = await connect(ITEMS, {}, create);
		const rolledBack = await client.transaction('write');
		await rolledBack.execute('insert into items values (1)');
		await rolledBack.rollback();
		const closed = await client.transaction('write');
		await closed.execute('insert into items values (2)');
		closed.close();

		await client.execute('insert into items values (3)');

		expect(await readColumn(client, 'select n from items')).toEqual([3]);
	});

	test('an error inside a transaction does not end it', async () => {
		const client = await connect(ITEMS, {}, create);
		const transaction = await client.transaction('write');
		await transaction.execute('insert into items values (1)');

		await expect(transaction.execute('insert into items values (1)')).rejects.toThrow(LibsqlError);
		await transaction.execute('insert into items values (2)');
		await transaction.commit();

		expect(await readColumn(client, 'select n from items order by n')).toEqual([1, 2]);
	});
});

test('a guard that raises when nothing changed aborts the whole batch', async () => {
	const client = await connect(`${ITEMS}; insert into items values (1); ${MUST_CHANGE}`);
	const guarded = (from: number, to: number) =>
		client.batch(
			[
				'insert into items values (100)',
				{ sql: 'update items set n = ? where n = ?', args: [to, from] },
				'insert into must_change select changes()'
			],
			'write'
		);

	const error = await rejectionOf(guarded(7, 8));

	expect(error).toMatchObject({ code: 'SQLITE_CONSTRAINT_TRIGGER', statementIndex: 2 });
	expect(error).toHaveProperty('message', expect.stringContaining('nothing has changed'));
	expect(await readColumn(client, 'select n from items')).toEqual([1]);
	await guarded(1, 2);
	expect(await readColumn(client, 'select n from items order by n')).toEqual([2, 100]);
});

test('what one stream sets on its connection is unknown to the next', async () => {
	const client = await connect();
	await client.executeMultiple('pragma foreign_keys = off; create temp table scratch (a)');

	expect(await readColumn(client, 'pragma foreign_keys')).toEqual([1]);
	expect(await readColumn(client, 'select count(*) from temp.sqlite_schema')).toEqual([0]);
});
