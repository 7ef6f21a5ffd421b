import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@libsql/client';
import { expect, test } from 'vitest';
import { connect, readColumn, rejectionOf, startTestServer } from './test-server.ts';

const ITEMS = 'create table items (n integer unique)';

test('a writer waits for an open transaction and loses nothing', async () => {
	const client = await connect(ITEMS);
	const transaction = await client.transaction('write');
	await transaction.execute('insert into items values (1)');

	const waiting = [
		client.batch(['insert into items values (2)'], 'write'),
		client.execute('insert into items values (3)'),
		client.executeMultiple('insert into items values (4); insert into items values (5)')
	];
	await transaction.execute('insert into items values (6)');
	await transaction.commit();
	await Promise.all(waiting);

	expect(await readColumn(client, 'select n from items order by n')).toEqual([1, 2, 3, 4, 5, 6]);
});

test('waiting writers come to their turn in the order in which they asked', async () => {
	const client = await connect(ITEMS);
	const transaction = await client.transaction('write');
	await transaction.execute('insert into items values (0)');

	const waiting: Promise<unknown>[] = [];
	for (const n of [1, 2, 3, 4, 5]) {
		waiting.push(client.execute({ sql: 'insert into items values (?)', args: [n] }));
		await sleep(30);
	}
	await transaction.commit();
	await Promise.all(waiting);

	const byTurn = 'select n from items order by rowid';
	expect(await readColumn(client, byTurn)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a lock held by another program is waited for, and taken soon after', async () => {
	const { url, file } = await startTestServer();
	const client = createClient({ url });
	await client.executeMultiple(ITEMS);
	const other = createClient({ url: `file:${file}` });
	const transaction = await other.transaction('write');
	await transaction.execute('insert into items values (1)');

	const waiting = client.execute('insert into items values (2)');
	await sleep(50);
	await transaction.commit();
	const committedAtMs = performance.now();
	await waiting;

	expect(performance.now() - committedAtMs).toBeLessThan(2000);
	expect(await readColumn(client, 'select n from items')).toEqual([1, 2]);
	other.close();
});

test('twenty transactions at once that each read and write all count', async () => {
	const client = await connect('create table counter (n); insert into counter values (0)');

	await Promise.all(
		Array.from({ length: 20 }, async () => {
			const transaction = await client.transaction('write');
			const { rows } = await transaction.execute('select n from counter');
			await transaction.execute({
				sql: 'update counter set n = ?',
				args: [Number(rows[0]?.n) + 1]
			});
			await transaction.commit();
		})
	);

	expect(await readColumn(client, 'select n from counter')).toEqual([20]);
});

test('of two transactions that read before they write one gets a clean error', async () => {
	const client = await connect(`${ITEMS}; insert into items values (0)`, { idleStreamMs: 500 });
	const [first, second] = [
		await client.transaction('deferred'),
		await client.transaction('deferred')
	];
	await first.execute('select * from items');
	await second.execute('select * from items');

	await first.execute('insert into items values (1)');
	const late = rejectionOf(second.execute('insert into items values (2)'));
	await first.commit();

	expect(await late).toMatchObject({ code: 'SQLITE_BUSY' });
	second.close();
	expect(await readColumn(client, 'select n from items')).toEqual([0, 1]);
});

test('a writer that waits too long is told so, while readers are served', async () => {
	const client = await connect(ITEMS, { idleStreamMs: 500 });
	const transaction = await client.transaction('write');
	await transaction.execute('insert into items values (1)');
	const heartbeat = setInterval(() => void transaction.execute('select 1'), 100);

	const late = rejectionOf(client.execute('insert into items values (2)'));
	const startedAtMs = performance.now();
	await client.execute('select 1');
	const readMs = performance.now() - startedAtMs;
	const error = await late;
	clearInterval(heartbeat);

	expect(readMs).toBeLessThan(500);
	expect(error).toMatchObject({ code: 'SQLITE_BUSY' });
	await transaction.commit();
	expect(await readColumn(client, 'select n from items')).toEqual([1]);
});

test('a transaction that met SQLITE_BUSY can write later and commit', async () => {
	const client = await connect(ITEMS, { idleStreamMs: 500 });
	const holder = await client.transaction('write');
	await holder.execute('insert into items values (1)');
	const heartbeat = setInterval(() => void holder.execute('select 1'), 100);
	const patient = await client.transaction('deferred');
	const insert = { sql: 'insert into items values (?)', args: [2] };

	expect(await rejectionOf(patient.execute(insert))).toMatchObject({ code: 'SQLITE_BUSY' });
	clearInterval(heartbeat);
	await holder.commit();
	await patient.execute(insert);
	await patient.commit();

	expect(await readColumn(client, 'select n from items order by n')).toEqual([1, 2]);
});

test('a stream left open is rolled back after the idle limit and frees its lock', async () => {
	const client = await connect(ITEMS, { idleStreamMs: 200 });
	const abandoned = await client.transaction('write');
	await abandoned.execute('insert into items values (1)');

	await client.batch(['insert into items values (2)'], 'write');

	expect(await readColumn(client, 'select n from items')).toEqual([2]);
	const error = await rejectionOf(abandoned.execute('insert into items values (3)'));
	expect(error).toMatchObject({ code: 'STREAM_EXPIRED' });
});
