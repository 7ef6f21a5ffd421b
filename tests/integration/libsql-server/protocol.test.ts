import { copyFileSync } from 'node:fs';
import { createClient } from '@libsql/client';
import { expect, test } from 'vitest';
import { connect, postPipeline, readAnswer, readColumn, startTestServer } from './test-server.ts';

const select = (sql: string) => ({ type: 'execute', stmt: { sql } });

test.each([
	['no JSON', '{"requests": ['],
	['no requests', '{}'],
	['an unknown request', '{"requests": [{"type": "dance"}]}'],
	['a statement without SQL', '{"requests": [{"type": "execute", "stmt": {}}]}'],
	['both kinds of SQL', '{"requests": [{"type": "sequence", "sql": "select 1", "sql_id": 1}]}'],
	['SQL never stored', '{"requests": [{"type": "sequence", "sql_id": 1}]}'],
	['an integer that is none', requestWithValue('{"type": "integer", "value": "1.5"}')],
	['an integer too large', requestWithValue('{"type": "integer", "value": "9223372036854775808"}')],
	['a blob that is no base64', requestWithValue('{"type": "blob", "base64": "a$b"}')],
	['a bare value', requestWithValue('true')],
	['a condition on a later step', requestWithCondition('{"type": "ok", "step": 0}')],
	['a bottomless condition', requestWithCondition(nestedCondition(20_000))],
	['a baton of nobody', '{"baton": "x.0", "requests": []}']
])('%s is answered 400, and the server goes on', async (_what, body) => {
	const { url } = await startTestServer();

	const response = await fetch(`${url}/v2/pipeline`, { method: 'POST', body });

	expect(response.status).toBe(400);
	expect((await postPipeline(url, [select('select 1')])).status).toBe(200);
});

function requestWithValue(value: string): string {
	return `{"requests": [{"type": "execute", "stmt": {"sql": "select ?", "args": [${value}]}}]}`;
}

function nestedCondition(depth: number): string {
	return '{"type":"not","cond":'.repeat(depth) + '1' + '}'.repeat(depth);
}

function requestWithCondition(condition: string): string {
	const step = `{"stmt": {"sql": "select 1"}, "condition": ${condition}}`;
	return `{"requests": [{"type": "batch", "batch": {"steps": [${step}]}}]}`;
}

test('a body larger than 64 MB is answered 413, announced or not', async () => {
	const { url } = await startTestServer();
	const megabyte = new Uint8Array(1024 * 1024).fill(32);
	const endless = () => {
		let sent = 0;
		return new ReadableStream<Uint8Array>({
			pull(controller) {
				controller.enqueue(megabyte);
				if (++sent > 65) controller.close();
			}
		});
	};
	const post = (init: RequestInit & { duplex?: 'half' }) =>
		fetch(`${url}/v2/pipeline`, { method: 'POST', ...init });

	expect((await post({ body: Buffer.alloc(65 * 1024 * 1024, 32) })).status).toBe(413);
	expect((await post({ body: endless(), duplex: 'half' })).status).toBe(413);
	expect((await postPipeline(url, [select('select 1')])).status).toBe(200);
});

test('with a token configured only its bearer gets in, and the probes stay open', async () => {
	const { url } = await startTestServer({ authToken: 'secret', control: true });
	const authorized = createClient({ url, authToken: 'secret' });

	expect(await readColumn(authorized, 'select 1')).toEqual([1]);
	for (const authToken of [undefined, 'wrong']) {
		const stranger = createClient(authToken === undefined ? { url } : { url, authToken });
		await expect(stranger.execute('select 1')).rejects.toMatchObject({ code: 'SERVER_ERROR' });
	}
	expect((await postPipeline(url, [select('select 1')])).status).toBe(401);
	expect((await fetch(`${url}/__stats`)).status).toBe(401);
	expect((await fetch(`${url}/v2`)).status).toBe(200);
	expect((await fetch(`${url}/v3`)).status).toBe(200);
});

test('a request from a web page is refused', async () => {
	const { url } = await startTestServer();
	const headers = { origin: 'https://example.com' };
	const response = await fetch(`${url}/v2/pipeline`, { method: 'POST', headers, body: '{}' });
	expect(response.status).toBe(403);
});

test('version 3 knows is_autocommit, describe and every condition', async () => {
	const { url } = await startTestServer();
	const step = (sql: string, condition?: object) => ({ stmt: { sql }, condition });
	const ok = { type: 'ok', step: 0 };
	const failed = { type: 'error', step: 1 };
	const outside = { type: 'is_autocommit' };
	const steps = [
		step('create table t (a)'),
		step('bogus', ok),
		step('select 2', failed),
		step('select 3', { type: 'and', conds: [ok, failed] }),
		step('select 4', { type: 'not', cond: ok }),
		step('select 5', { type: 'or', conds: [{ type: 'not', cond: ok }, outside] }),
		step('begin'),
		step('select 7', outside)
	];

	const response = await postPipeline(url, [
		{ type: 'batch', batch: { steps } },
		{ type: 'get_autocommit' },
		{ type: 'describe', sql: 'select a, ?2 from t where a = :name' },
		{ type: 'close' }
	]);
	const { baton, results } = await readAnswer(response);

	expect(baton).toBeNull();
	const { step_results = [], step_errors = [] } = results[0]?.response.result ?? {};
	const ran = step_results.map((result: unknown) => result !== null);
	expect(ran).toEqual([true, false, true, true, false, true, true, false]);
	expect(step_errors[1]).toMatchObject({ code: 'SQL_PARSE_ERROR' });
	expect(step_errors.filter(Boolean)).toHaveLength(1);
	expect(results[1]?.response).toEqual({ type: 'get_autocommit', is_autocommit: false });
	expect(results[2]?.response.result).toEqual({
		params: [{ name: null }, { name: '?2' }, { name: ':name' }],
		cols: [
			{ name: 'a', decltype: null },
			{ name: '?2', decltype: null }
		],
		is_explain: false,
		is_readonly: true
	});
	expect(results[3]?.response).toEqual({ type: 'close' });
});

test('version 2 refuses what only version 3 knows', async () => {
	const { url } = await startTestServer();
	expect((await postPipeline(url, [{ type: 'get_autocommit' }], 2)).status).toBe(400);
});

test('SQL is stored under a free number, up to 5000 bytes', async () => {
	const { url } = await startTestServer();
	const store = (sql: string, id = 1) => ({ type: 'store_sql', sql_id: id, sql });

	const response = await postPipeline(url, [
		store('select 1'),
		store(`select '${'ü'.repeat(2500)}'`, 2)
	]);

	const { results } = await readAnswer(response);
	expect(results[0]).toMatchObject({ type: 'ok' });
	expect(results[1]).toMatchObject({ error: { code: 'SQL_STORE_TOO_LARGE' } });
	expect((await postPipeline(url, [store('select 1'), store('select 2')])).status).toBe(400);
});

test('a baton serves once', async () => {
	const { url } = await startTestServer();
	const { baton } = await readAnswer(await postPipeline(url, [select('select 1')]));
	const post = () =>
		fetch(`${url}/v3/pipeline`, {
			method: 'POST',
			body: JSON.stringify({ baton, requests: [select('select 1')] })
		});

	expect((await post()).status).toBe(200);
	expect((await post()).status).toBe(400);
});

test('without want_rows a statement runs to its end and answers no rows', async () => {
	const { url } = await startTestServer();
	const stmt = { sql: 'insert into t values (1), (2) returning a', want_rows: false };
	const response = await postPipeline(url, [
		select('create table t (a)'),
		{ type: 'execute', stmt },
		select('select count(*) from t')
	]);
	const { results } = await readAnswer(response);

	expect(results[1]?.response.result).toMatchObject({ rows: [], affected_row_count: 2 });
	expect(results[2]?.response.result.rows).toEqual([[{ type: 'integer', value: '2' }]]);
});

test('close rolls back what is open, and leaves everything in the one file', async () => {
	const server = await startTestServer();
	const client = createClient({ url: server.url });
	await client.executeMultiple('create table t (a); insert into t values (1)');
	const open = await client.transaction('write');
	await open.execute('insert into t values (2)');
	const waiting = client.execute('insert into t values (3)').catch((error: unknown) => error);
	await open.execute('select 1');

	await server.close();
	await server.close();

	expect(await waiting).toBeInstanceOf(Error);
	expect(server.stats().openStreams).toBe(0);
	const copy = `${server.file}.copy`;
	copyFileSync(server.file, copy);
	const reader = await connect('', { file: copy });
	expect(await readColumn(reader, 'select a from t')).toEqual([1]);
});
