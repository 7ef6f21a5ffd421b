import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@libsql/client';
import * as v from 'valibot';
import { createAuditService } from '#lib/server/audit/audit.service.ts';
import { createSealingService } from '#lib/server/audit/sealing.service.ts';
import { openDatabase } from '#lib/server/db/client.ts';
import { createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { SYSTEM_CLOCK } from '#lib/server/platform/clock.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import type { Keys } from '#lib/server/platform/keys.ts';
import { migrateClient } from '../../../tools/database/migrate.ts';
import { freshKeys } from '../../../tools/keys/generate.ts';
import { BENCH_LOG, generateLog } from '../audit/generate-log.ts';
import { rounded } from '../measure.ts';
import type { Part, Report } from '../run-bench.ts';

const APPENDED = 2_000;
const SEALED = 10_000;
const SMALL = 10_000;
const LARGE = 1_000_000;
/** Issue 3: "verification memory flat from 10 000 to 1 000 000 entries"; a fifth is noise of the heap. */
const FLAT = 1.2;
const VERIFIER = join(import.meta.dirname, '../audit/verify-process.ts');

const verifiedSchema = v.object({
	rows: v.number(),
	seconds: v.number(),
	memoryKb: v.number(),
	barePerSecond: v.number()
});

export const audit: Part = {
	name: 'audit',
	about:
		'entries of the audit log appended, sealed and verified a second, and what verifying holds',
	async run(report) {
		const directory = mkdtempSync(join(tmpdir(), 'audit-'));
		try {
			const keys = freshKeys();
			await measureWriting(join(directory, 'written.db'), keys, report);
			await measureVerifying(directory, keys, report);
		} finally {
			rmSync(directory, { recursive: true, force: true });
		}
	}
};

async function measureWriting(file: string, keys: Keys, { measured }: Report): Promise<void> {
	const client = createClient({ url: `file:${file}` });
	await migrateClient(client);
	// As the local server runs it: what the disk costs is not the log's to say.
	await client.execute('pragma journal_mode = wal');
	await client.execute('pragma synchronous = normal');
	const db = openDatabase(client);
	const auditSignature = createAuditSignature(keys);
	const parts = { db, clock: SYSTEM_CLOCK, ids: SYSTEM_IDS, auditSignature };
	const origin = { requestId: SYSTEM_IDS.newId(), ip: '192.0.2.7', userAgent: 'bench' };
	const service = createAuditService({ ...parts, origin });
	const record = () =>
		service.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'bench' });

	const appended = await perSecond(APPENDED, async () => {
		for (let count = 0; count < APPENDED; count += 1) await db.commit(await record());
	});
	const unit = 'entries/s';
	measured({ measure: 'audit: appended, a batch each', value: appended, unit });
	while ((await countOf(client)) < SEALED) {
		await db.commit(...(await Promise.all(Array.from({ length: 500 }, record))));
	}
	const sealing = createSealingService({ ...parts, logName: BENCH_LOG, sink: null });
	const sealed = await perSecond(SEALED, async () => {
		const done = await sealing.seal();
		if (done.sealed !== SEALED) throw new Error(`sealed ${done.sealed} of ${SEALED}`);
	});
	measured({ measure: 'audit: sealed', value: sealed, unit });
	client.close();
}

async function measureVerifying(directory: string, keys: Keys, report: Report): Promise<void> {
	const small = await verifyGenerated(directory, keys, SMALL, report);
	const large = await verifyGenerated(directory, keys, LARGE, report);
	const { measured } = report;
	const verified = LARGE / large.seconds;
	const unit = 'entries/s';
	measured({ measure: 'audit: verified, 1 000 000', value: rounded(verified), unit });
	measured({ measure: 'audit: bare SHA-256 beside it', value: rounded(large.barePerSecond), unit });
	const share = verified / large.barePerSecond;
	measured({ measure: 'audit: verified to bare SHA-256', value: rounded(share), unit: 'ratio' });
	for (const [name, { memoryKb }] of [['10 000', small] as const, ['1 000 000', large] as const]) {
		const measure = `audit: peak memory of verifying ${name}`;
		measured({ measure, value: rounded(memoryKb / 1024), unit: 'MB' });
	}
	measured({
		measure: 'audit: memory of 1 000 000 to 10 000',
		value: rounded(large.memoryKb / small.memoryKb),
		unit: 'ratio',
		ceiling: FLAT
	});
}

async function verifyGenerated(directory: string, keys: Keys, count: number, { say }: Report) {
	const file = join(directory, `${count}.db`);
	say(`writing a log of ${count} entries`);
	await generateLog(file, keys, count);
	say(`verifying ${count} entries`);
	const { stdout } = await promisify(execFile)(
		process.execPath,
		// The flags of `npm run audit:verify`.
		[
			'--disable-warning=ExperimentalWarning',
			'--max-semi-space-size=1',
			'--max-old-space-size=64',
			VERIFIER,
			file
		],
		{ env: { ...process.env, KEYS: JSON.stringify(keys) } }
	);
	const verified = v.parse(verifiedSchema, JSON.parse(stdout));
	if (verified.rows !== count) throw new Error(`verified ${verified.rows} of ${count}`);
	return verified;
}

async function countOf(client: ReturnType<typeof createClient>): Promise<number> {
	const { rows } = await client.execute('select count(*) as n from audit_events');
	return Number(rows[0]?.['n'] ?? 0);
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
	const startedAtMs = performance.now();
	await work();
	return rounded(count / ((performance.now() - startedAtMs) / 1000));
}
