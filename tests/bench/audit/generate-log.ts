import { createHmac } from 'node:crypto';
import { createClient, type Client } from '@libsql/client';
import { hex, joined } from '#lib/domain/audit/bytes.ts';
import { checkpointText } from '#lib/domain/audit/checkpoint.ts';
import { commitmentOf, leafHashOf, leafText, personalText } from '#lib/domain/audit/leaf.ts';
import { growTree, nodeCount } from '#lib/domain/audit/tree.ts';
import { sealingRepository } from '#lib/server/audit/sealing.repository.ts';
import { openDatabase } from '#lib/server/db/client.ts';
import { auditMacKey, createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import type { Keys } from '#lib/server/platform/keys.ts';
import { nodeSha256 } from '../../../tools/audit/node-sha256.ts';
import { migrateClient } from '../../../tools/database/migrate.ts';

const ROWS_A_CHECKPOINT = 5_000;
export const BENCH_LOG = 'bench.example/audit';

/**
 * Writes a sealed log straight into a database file, as the portal would have over months: through
 * its services a million acts would take the bench an hour.
 */
export async function generateLog(file: string, keys: Keys, count: number): Promise<void> {
	const client = createClient({ url: `file:${file}` });
	await migrateClient(client);
	await client.execute('pragma journal_mode = wal');
	await client.execute('pragma synchronous = off');
	const triggers = await takeTriggers(client);
	const db = openDatabase(client);
	const signature = createAuditSignature(keys);
	const nextRow = rowMaker(keys.audit.current, await auditMacKey(keys, keys.audit.current));
	const tree = growTree(nodeSha256);
	while (tree.size() < count) {
		const previousSize = tree.size();
		const made = Array.from({ length: Math.min(ROWS_A_CHECKPOINT, count - previousSize) }, nextRow);
		const nodes = made.flatMap(({ leafHash }) => tree.append(leafHash));
		const rows = JSON.stringify(made.map(({ row }) => row));
		await client.batch(
			[
				{ sql: EVENTS, args: [rows] },
				{ sql: PERSONAL, args: [rows] }
			],
			'write'
		);
		const [size, root] = [tree.size(), tree.root()];
		const note = await signature.signNote(
			BENCH_LOG,
			checkpointText({ origin: BENCH_LOG, size, root })
		);
		const checkpoint = { size, previousSize, root, note, atMs: Date.now() };
		await db.commit(sealingRepository.insertSealed(nodeCount(previousSize), nodes, checkpoint));
	}
	await client.batch([...triggers], 'write');
	client.close();
}

const EVENTS = `insert into audit_events (id, at_ms, event, outcome, object_ref, request_id, factors,
	personal_commitment, leaf_hash, previous_leaf_hash, tag)
	select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
		unhex(value ->> 7), unhex(value ->> 8), unhex(value ->> 9), unhex(value ->> 10) from json_each(?)`;
const PERSONAL = `insert into audit_personal (event_id, at_ms, account_id, ip, user_agent, salt)
	select value ->> 0, value ->> 1, value ->> 11, value ->> 12, value ->> 13, unhex(value ->> 14)
	from json_each(?)`;

/** They would ask for every row whether it is there already. Answers what puts them back. */
async function takeTriggers(client: Client): Promise<readonly string[]> {
	const { rows } = await client.execute(
		`select name, sql from sqlite_master where type = 'trigger' and name like 'audit%'`
	);
	await client.batch(
		rows.map((row) => `drop trigger ${String(row['name'])}`),
		'write'
	);
	return rows.map((row) => String(row['sql']));
}

/** Makes one sign-in after the other: its row as both inserts read it, and its leaf hash. */
function rowMaker(version: number, macKey: Uint8Array) {
	const requestId = SYSTEM_IDS.newId();
	const head = Uint8Array.of(version >> 8, version & 0xff);
	let previous: string | null = null;
	return () => {
		const salt = SYSTEM_IDS.randomBytes(16);
		const personal = {
			accountId: SYSTEM_IDS.newId(),
			subjectAccountId: null,
			ip: '192.0.2.7',
			userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
			typedNameIndex: null
		};
		const event = {
			id: SYSTEM_IDS.newId(),
			atMs: Date.now(),
			event: 'account/signed-in',
			outcome: 'success',
			objectRef: 'account',
			requestId,
			factors: 'password+totp'
		} as const;
		const commitment = commitmentOf(nodeSha256, salt, personalText(personal));
		const leafHash = leafHashOf(nodeSha256, leafText(event, commitment));
		const tag = joined(head, createHmac('sha256', macKey).update(leafHash).digest());
		const hashes = [hex(commitment), hex(leafHash), previous, hex(tag)];
		const { accountId, ip, userAgent } = personal;
		const row = [...Object.values(event), ...hashes, accountId, ip, userAgent, hex(salt)];
		previous = hex(leafHash);
		return { row, leafHash };
	};
}
