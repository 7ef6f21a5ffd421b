import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@libsql/client';
import { migrateClient } from '../../tools/database/migrate.ts';
import { openDatabase, type Database } from '#lib/server/db/client.ts';
import { createThrottleService } from '#lib/server/accounts/throttle.service.ts';
import { createAuditService } from '#lib/server/audit/audit.service.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { createCipher, type Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { generateKeys, type Keys } from '#lib/server/platform/keys.ts';

export const TEST_ORIGIN = {
	requestId: '00000000-0000-4000-8000-000000000000',
	ip: '192.0.2.7',
	userAgent: 'test'
};

/** 2026-11-22 10:00 in Berlin. */
export const TEST_NOW_MS = Date.UTC(2026, 10, 22, 9, 0, 0);

export type TestClock = Clock & { set(nowMs: number): void; advance(byMs: number): void };

let template: Promise<string> | undefined;

/** One migrated database file a test process; every test gets a copy of it. */
function migratedTemplate(): Promise<string> {
	template ??= (async () => {
		const file = join(mkdtempSync(join(tmpdir(), 'kp-template-')), 'template.db');
		const client = createClient({ url: `file:${file}` });
		await migrateClient(client);
		client.close();
		return file;
	})();
	return template;
}

export type TestDatabase = Awaited<ReturnType<typeof openTestDatabase>>;

/** A migrated database of its own, with cipher, clock and the rooms every service needs. */
export async function openTestDatabase() {
	const folder = mkdtempSync(join(tmpdir(), 'kp-test-'));
	const file = join(folder, 'portal.db');
	copyFileSync(await migratedTemplate(), file);
	const client: Client = createClient({ url: `file:${file}` });
	await client.execute('pragma foreign_keys = on');
	const keys = generateKeys(SYSTEM_IDS.randomBytes);
	let nowMs = TEST_NOW_MS;
	const clock: TestClock = {
		nowMs: () => nowMs,
		set: (value) => {
			nowMs = value;
		},
		advance: (byMs) => {
			nowMs += byMs;
		}
	};
	let batches = 0;
	const counted: Client = new Proxy(client, {
		get(target, name) {
			const value: unknown = Reflect.get(target, name);
			if (typeof value !== 'function') return value;
			return (...values: unknown[]) => {
				if (name === 'batch' || name === 'execute') batches += 1;
				return Reflect.apply(value, target, values) as unknown;
			};
		}
	});
	const db: Database = openDatabase(counted);
	const ids = SYSTEM_IDS;
	/** A request's own cipher: what another request has learnt is not known to it. */
	const newCipher = (): Cipher => createCipher(keys, ids.randomBytes);
	const cipher = newCipher();
	const auditSignature = createAuditSignature(keys);
	const audit = createAuditService({ db, clock, ids, auditSignature, origin: TEST_ORIGIN });
	return {
		file,
		client,
		db,
		keys,
		clock,
		ids,
		cipher,
		newCipher,
		auditSignature,
		audit,
		throttle: createThrottleService({ db, cipher, clock, audit, origin: TEST_ORIGIN }),
		mails: createMailsRepository(cipher),
		/** Round trips since the last call: batches and single statements sent to the database. */
		takeRoundTrips: () => {
			const count = batches;
			batches = 0;
			return count;
		},
		countRows: async (table: string): Promise<number> => {
			const { rows } = await client.execute(`select count(*) as n from ${table}`);
			return Number(rows[0]?.['n'] ?? 0);
		},
		close: () => {
			client.close();
			rmSync(folder, { recursive: true, force: true });
		}
	};
}

/** The same database for requests that come in with another key set, as after a rotation. */
export function withKeys(it: TestDatabase, keys: Keys): TestDatabase {
	const newCipher = () => createCipher(keys, it.ids.randomBytes);
	const cipher = newCipher();
	return { ...it, keys, newCipher, cipher, mails: createMailsRepository(cipher) };
}
