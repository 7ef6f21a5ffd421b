import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClient } from '@libsql/client';
import { checkpointFileName } from '#lib/domain/audit/checkpoint.ts';
import { createSealingService } from '#lib/server/audit/sealing.service.ts';
import type { CheckpointSink } from '#lib/server/platform/checkpoint-sink.ts';
import { openCheckpointFolder } from '../../tools/audit/checkpoint-folder.ts';
import { openLogReader } from '../../tools/audit/log-reader.ts';
import { tagChecker } from '../../tools/audit/node-sha256.ts';
import { verifyLog, type Verified } from '../../tools/audit/verify-log.ts';
import type { TestDatabase } from './database.ts';

export const LOG_NAME = 'portal.example/audit';

/** A sealer of the test's database with a folder of its own as sink. */
export function auditRoom(it: TestDatabase) {
	const folder = mkdtempSync(join(dirname(it.file), 'checkpoints-'));
	const sink: CheckpointSink = {
		put: (size, note) => {
			mkdirSync(folder, { recursive: true });
			writeFileSync(join(folder, checkpointFileName(size)), note, { flag: 'wx' });
			return Promise.resolve();
		}
	};
	const newSealing = (changed: Partial<Parameters<typeof createSealingService>[0]> = {}) =>
		createSealingService({ ...it, logName: LOG_NAME, sink, ...changed });
	return { folder, sink, newSealing, sealing: newSealing() };
}

/** That many sign-ins of one person, each in a batch of its own. */
export async function recordMany(it: TestDatabase, count: number): Promise<void> {
	for (let index = 0; index < count; index += 1) {
		await it.db.commit(
			await it.audit.record({ event: 'account/signed-in', objectRef: 'account', accountId: 'me' })
		);
	}
}

/** What the verifier says of the database as it lies on the disk now. */
export async function verifyFile(
	it: Pick<TestDatabase, 'file' | 'keys' | 'auditSignature' | 'clock'>,
	checkpoints: string | null,
	isAuditor = false
): Promise<Verified> {
	const client = createClient({ url: `file:${it.file}` });
	try {
		return await verifyLog({
			log: openLogReader(client),
			folder: checkpoints === null ? null : openCheckpointFolder(checkpoints),
			openNote: (note) => it.auditSignature.openNote(note),
			isTag: isAuditor ? null : await tagChecker(it.keys),
			nowMs: it.clock.nowMs()
		});
	} finally {
		client.close();
	}
}

/** Somebody with the file: no trigger holds them, and they put each back. */
export async function tamper(it: TestDatabase, ...statements: readonly string[]): Promise<void> {
	const client = createClient({ url: `file:${it.file}` });
	const { rows } = await client.execute(
		`select name, sql from sqlite_master where type = 'trigger' and name like 'audit%'`
	);
	await client.batch(
		[
			...rows.map((row) => `drop trigger ${String(row['name'])}`),
			...statements,
			...rows.map((row) => String(row['sql']))
		],
		'write'
	);
	client.close();
}
