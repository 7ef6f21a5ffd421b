import { createClient } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { CLIENTS, connect, startTestServer } from './test-server.ts';

describe.each(CLIENTS)('%s', (_name, create) => {
	test('a value of every type comes back as it was sent, with its type in SQL', async () => {
		const client = await connect('', {}, create);
		const bytes = new Uint8Array([0, 1, 254, 255]);

		const { rows } = await client.execute({
			sql: `select ?1 n, typeof(?1) tn, ?2 i, typeof(?2) ti, ?3 f, typeof(?3) tf,
				?4 t, typeof(?4) tt, ?5 b, typeof(?5) tb, ?6 yes, ?7 e, typeof(?7) te`,
			args: [null, 42n, 1.5, 'Grüße, 東京 😀', bytes, true, new Uint8Array()]
		});

		expect({ ...rows[0] }).toEqual({
			n: null,
			tn: 'null',
			i: 42,
			ti: 'integer',
			f: 1.5,
			tf: 'real',
			t: 'Grüße, 東京 😀',
			tt: 'text',
			b: bytes.buffer,
			tb: 'blob',
			yes: 1,
			e: new ArrayBuffer(0),
			te: 'blob'
		});
	});

	test('a blob of 10 MB survives the way there and back', async () => {
		const client = await connect('create table files (content blob)', {}, create);
		const content = new Uint8Array(10 * 1024 * 1024).map((_, index) => index % 251);

		await client.execute({ sql: 'insert into files values (?)', args: [content] });
		const { rows } = await client.execute('select content from files');

		const answer = rows[0]?.content;
		expect(answer).toBeInstanceOf(ArrayBuffer);
		expect(answer instanceof ArrayBuffer && Buffer.from(answer).equals(content)).toBe(true);
	});

	test('names bind with and without their prefix, NULL included', async () => {
		const client = await connect('', {}, create);

		const { rows } = await client.execute({
			sql: 'select :a a, @b b, $c c, :a again',
			args: { a: 1, '@b': 'two', c: null }
		});

		expect({ ...rows[0] }).toEqual({ a: 1, b: 'two', c: null, again: 1 });
	});
});

test('an integer of 64 bits keeps every digit', async () => {
	const { url } = await startTestServer();
	const client = createClient({ url, intMode: 'bigint' });
	await client.execute('create table numbers (n integer)');
	const extremes = [9223372036854775807n, -9223372036854775808n, 9007199254740993n];

	for (const n of extremes) {
		await client.execute({ sql: 'insert into numbers values (?)', args: [n] });
	}

	const { rows } = await client.execute('select n from numbers order by rowid');
	expect(rows.map((row) => row.n)).toEqual(extremes);
});

test('a whole number stored as a float stays a float', async () => {
	const client = await connect('create table t (f real, x)');

	await client.execute({ sql: 'insert into t values (?, ?)', args: [2, 2] });

	const { rows } = await client.execute('select f, typeof(f) tf, x, typeof(x) tx from t');
	expect({ ...rows[0] }).toEqual({ f: 2, tf: 'real', x: 2, tx: 'real' });
});

test('columns carry their names and declared types', async () => {
	const client = await connect(
		'create table t (id integer primary key, name varchar(20) not null)'
	);

	const { columns, columnTypes } = await client.execute('select id, name, id + 1 next from t');

	expect(columns).toEqual(['id', 'name', 'next']);
	expect(columnTypes).toEqual(['INTEGER', 'varchar(20)', '']);
});

test('columns and rows agree after another connection has changed the table', async () => {
	const client = await connect('create table t (a); insert into t values (1)');
	const reader = await client.transaction('deferred');
	const writer = await client.transaction('deferred');
	await reader.execute('select * from t');
	await reader.executeMultiple('commit');

	await writer.execute('alter table t add column b default 7');
	await writer.commit();

	const { columns, rows } = await reader.execute('select * from t');
	expect(columns).toEqual(['a', 'b']);
	expect({ ...rows[0] }).toEqual({ a: 1, b: 7 });
	reader.close();
});

test('an insert tells its row id, beyond 2^53 too, and every write its affected rows', async () => {
	const client = await connect('create table t (id integer primary key, a)');

	const insert = await client.execute("insert into t (a) values ('x'), ('y')");
	expect([insert.rowsAffected, insert.lastInsertRowid]).toEqual([2, 2n]);

	const huge = await client.execute("insert into t values (9007199254740993, 'z') returning a");
	expect([huge.rowsAffected, huge.lastInsertRowid]).toEqual([1, 9007199254740993n]);

	const update = await client.execute("with y as (select 'y' a) update t set a = 1 where a in y");
	expect([update.rowsAffected, update.lastInsertRowid]).toEqual([1, undefined]);

	const select = await client.execute('select count(*) from t');
	expect([select.rowsAffected, select.lastInsertRowid]).toEqual([0, undefined]);
	const none = await client.execute('delete from t where id = 99');
	expect(none.rowsAffected).toBe(0);
});
