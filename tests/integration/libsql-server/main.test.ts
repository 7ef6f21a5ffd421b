import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { expect, onTestFinished, test } from 'vitest';
import { startTestServer } from './test-server.ts';

const MAIN = join(import.meta.dirname, '../../../tools/libsql-server/main.ts');

type Run = { readonly child: ChildProcess; readonly output: () => string };

function run(environment: Record<string, string>): Run {
	const folder = mkdtempSync(join(tmpdir(), 'libsql-main-'));
	const child = spawn(process.execPath, [MAIN], {
		env: { DATABASE_FILE: join(folder, 'main.db'), DATABASE_PORT: '0', ...environment }
	});
	let text = '';
	const collect = (chunk: Buffer) => (text += chunk.toString());
	child.stdout.on('data', collect);
	child.stderr.on('data', collect);
	onTestFinished(() => {
		child.kill('SIGKILL');
		rmSync(folder, { recursive: true, force: true });
	});
	return { child, output: () => text };
}

function exitOf(child: ChildProcess): Promise<number | null> {
	return new Promise((resolve) => child.once('close', resolve));
}

test.each(['SIGTERM', 'SIGINT'] as const)(
	'the command says in one line that it listens, serves, and ends at %s',
	async (signal) => {
		const { child, output } = run({ DATABASE_TOKEN: 'secret' });
		await expect.poll(output, { timeout: 10_000 }).toContain('\n');
		const [url = ''] = /http:\S+/.exec(output()) ?? [];
		const client = createClient({ url, authToken: 'secret' });
		await client.execute('select 1');
		const open = await client.transaction('write');
		await open.execute('create table t (a)');

		child.kill(signal);
		const code = await exitOf(child);

		expect(code).toBe(0);
		expect(output()).toMatch(/^libsql-server \(development tool\): http:\S+ serves \S+\n$/);
	}
);

test('a port in use is explained in one line, with exit code 1', async () => {
	const { port } = await startTestServer();
	const { child, output } = run({ DATABASE_PORT: String(port) });

	const code = await exitOf(child);

	expect(code).toBe(1);
	expect(output()).toBe(
		`libsql-server: port ${port} is already in use; set DATABASE_PORT to another\n`
	);
});

test.each([
	[{ DATABASE_FILE: '' }, 'DATABASE_FILE must name the database file'],
	[{ DATABASE_PORT: 'many' }, 'DATABASE_PORT must be a number'],
	[{ DATABASE_FILE: '/nowhere/at/all.db' }, '/nowhere/at/all.db']
])('the setting %o is refused in one line', async (environment, reason) => {
	const { child, output } = run(environment);

	const code = await exitOf(child);

	expect(code).toBe(1);
	expect(output()).toContain(reason);
	expect(output().trim().split('\n')).toHaveLength(1);
});
