/** The jobs of a minute as the Worker runs them, against libSQL over HTTP, and twice at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@libsql/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { JOBS } from '#lib/domain/operations/jobs.ts';
import { runJobs } from '#lib/server/jobs/run-jobs.ts';
import { migrate } from '../../../tools/database/migrate.ts';
import { freshKeys } from '../../../tools/keys/generate.ts';
import { startLibsqlServer, type LibsqlServer } from '../../../tools/libsql-server/server.ts';
import { seed } from '../../../tools/seed/seed.ts';

const folder = mkdtempSync(join(tmpdir(), 'kp-jobs-'));
const keys = freshKeys();
let server: LibsqlServer;
let client: Client;

beforeAll(async () => {
	vi.spyOn(console, 'log').mockImplementation(() => undefined);
	server = await startLibsqlServer({ file: join(folder, 'portal.db') });
	await migrate(server.url);
	await seed({ url: server.url, keys });
	client = createClient({ url: server.url });
});
afterAll(async () => {
	client.close();
	await server.close();
	rmSync(folder, { recursive: true, force: true });
});

const run = async () => {
	const later: Promise<unknown>[] = [];
	const bindings = {
		...{ MODE: 'development', ORIGIN: 'http://localhost:1', STAFF_PASSKEY: 'optional' },
		...{ DATABASE_URL: server.url, SMTP_HOST: '127.0.0.1', SMTP_PORT: 1, SMTP_SECURE: 'none' },
		...{ MAIL_FROM: 'portal@musterland.example', KEYS: JSON.stringify(keys) },
		ASSETS: { fetch: () => Promise.reject(new Error('nothing is printed here')) }
	};
	await runJobs(bindings, { waitUntil: (work) => void later.push(work) });
	await Promise.all(later);
};
const rows = async (sql: string) => (await client.execute(sql)).rows;

test('every job of a minute leaves its result, and none fails on a fresh portal', async () => {
	await run();
	const states = await rows('select job, error from job_states');
	expect(states.map((row) => row['job']).toSorted()).toEqual(JOBS.toSorted());
	expect(states.filter((row) => row['error'] !== null)).toEqual([]);
}, 60_000);

test('two minutes at once do everything once', async () => {
	await client.batch(
		[
			"delete from job_runs where job = 'retention'",
			`insert into mail_outbox (id, person_id, mail, state, tries, next_try_at_ms, created_at_ms)
				select 'old', id, x'00', 'sent', 1, 0, 0 from people limit 1`,
			"update mail_outbox set sent_at_ms = 1 where id = 'old'"
		],
		'write'
	);
	await Promise.all([run(), run()]);
	expect(await rows('select error from job_states where error is not null')).toEqual([]);
	expect(await rows("select id from mail_outbox where id = 'old'")).toEqual([]);
	expect(await rows("select day from job_runs where job = 'retention'")).toHaveLength(1);
	// The log is sealed without a gap and without a row twice.
	const [sealed] = await rows(
		'select count(*) as n, count(distinct seq) as d, max(seq) as m from audit_events where seq is not null'
	);
	expect(sealed?.['n']).toBe(sealed?.['d']);
}, 60_000);
