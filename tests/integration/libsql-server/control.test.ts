import { createClient } from '@libsql/client';
import { expect, test } from 'vitest';
import { readColumn, startTestServer } from './test-server.ts';

test('statistics count pipelines and statements, and a reset sets them to zero', async () => {
	const server = await startTestServer({ control: true });
	const client = createClient({ url: server.url });

	await client.execute('create table t (a)');
	await client.batch(['insert into t values (1)', 'insert into t values (2)'], 'write');

	const stats = { pipelines: 2, statements: 5, openStreams: 0 };
	expect(await (await fetch(`${server.url}/__stats`)).json()).toEqual(stats);
	const reset = { method: 'POST', body: '{"reset": true}' };
	await fetch(`${server.url}/__control`, reset);
	expect(server.stats()).toEqual({ pipelines: 0, statements: 0, openStreams: 0 });
});

test.each([
	['500', 'SERVER_ERROR', []],
	['stream-expired', 'STREAM_EXPIRED', []],
	['drop', undefined, []],
	['drop-answer', undefined, [1]]
] as const)('the failure %s comes as often as asked for', async (failMode, code, left) => {
	const server = await startTestServer({ control: true });
	const client = createClient({ url: server.url });
	await client.execute('create table t (a)');

	server.control({ failNext: 1, failMode });
	const error: unknown = await client.execute('insert into t values (1)').catch((e: unknown) => e);

	expect(error).toBeInstanceOf(Error);
	if (code !== undefined) expect(error).toMatchObject({ code });
	expect(await readColumn(client, 'select a from t')).toEqual(left);
});

test('a delay holds every pipeline back', async () => {
	const { url } = await startTestServer({ control: true });
	const wish = { method: 'POST', body: JSON.stringify({ delayMs: 120 }) };
	expect((await fetch(`${url}/__control`, wish)).status).toBe(200);

	const startedAtMs = performance.now();
	await createClient({ url }).execute('select 1');

	expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(119);
});

test('without { control: true } nobody controls', async () => {
	const server = await startTestServer();
	expect((await fetch(`${server.url}/__stats`)).status).toBe(404);
	expect((await fetch(`${server.url}/__control`, { method: 'POST' })).status).toBe(404);
	expect(() => server.control({ delayMs: 1 })).toThrow('control');
});

test('a wrong wish to /__control is answered 400', async () => {
	const { url } = await startTestServer({ control: true });
	for (const wish of [{ failMode: 'boom' }, { delayMs: -1 }, { reset: 1 }, { speed: 1 }]) {
		const body = JSON.stringify(wish);
		expect((await fetch(`${url}/__control`, { method: 'POST', body })).status).toBe(400);
	}
});
