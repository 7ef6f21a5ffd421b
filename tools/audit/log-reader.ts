import type { Client, Row } from '@libsql/client';
import type { LoggedPersonal, LoggedRow } from '#lib/domain/audit/row.ts';
import { nodeCount } from '#lib/domain/audit/tree.ts';
import { SUBJECT_BY_RECORD } from './subjects.ts';

/** Rows read at once: what the verifier holds in memory does not grow with the log. */
export const WINDOW_ROWS = 500;

export type ReadRow = {
	/** Null when a column holds something the portal never writes there. */
	readonly row: LoggedRow | null;
	readonly seq: number;
	readonly id: string;
	readonly atMs: number;
	/** Null when it is erased. */
	readonly personal: LoggedPersonal | null;
	/** The record the entry is about says itself that the subject owns it, or is gone. */
	readonly isSubjectByRecord: boolean;
};

export type ReadCheckpoint = {
	readonly size: number;
	readonly previousSize: number;
	readonly root: Uint8Array;
	readonly note: string;
};

export type Window = {
	readonly rows: readonly ReadRow[];
	/** Stored nodes that belong to the rows after the last one, by position. */
	readonly nodes: ReadonlyMap<number, Uint8Array>;
	readonly checkpoints: readonly ReadCheckpoint[];
};

export type LogReader = {
	/** The rows after `seq` (null: from the first), with what is stored of the tree over them. */
	readonly window: (seq: number | null) => Promise<Window>;
	/** What can only be asked of the log as a whole. */
	readonly whole: () => Promise<Whole>;
};

export type Whole = {
	/** What the database's own counter gave out last. */
	readonly lastSeqGiven: number;
	readonly newestCheckpoint: number;
	readonly nodes: number;
	/** First row after the newest checkpoint whose id stands further up. */
	readonly repeatedSeq: number | null;
	/** A personal part without an event. */
	readonly orphanId: string | null;
	readonly triggers: ReadonlySet<string>;
};

export function openLogReader(client: Client): LogReader {
	return {
		async window(seq) {
			const size = seq ?? 0;
			const [rows, nodes, checkpoints] = await client.batch(
				[
					{ sql: ROWS, args: [seq ?? -Number.MAX_SAFE_INTEGER, WINDOW_ROWS] },
					{ sql: NODES, args: [nodeCount(size), nodeCount(size + WINDOW_ROWS)] },
					{ sql: CHECKPOINTS, args: [size, size + WINDOW_ROWS] }
				],
				'read'
			);
			return {
				rows: rows?.rows.map(parseRow) ?? [],
				nodes: new Map(
					nodes?.rows.map((row) => [Number(row['position']), bytes(row['hash']) ?? EMPTY])
				),
				checkpoints: checkpoints?.rows.map(parseCheckpointRow) ?? []
			};
		},
		async whole() {
			const [figures, triggers] = await client.batch([WHOLE, TRIGGERS], 'read');
			const row = figures?.rows[0];
			return {
				lastSeqGiven: Number(row?.['last_seq'] ?? 0),
				newestCheckpoint: Number(row?.['newest'] ?? 0),
				nodes: Number(row?.['nodes'] ?? 0),
				repeatedSeq: row?.['repeated'] == null ? null : Number(row['repeated']),
				orphanId: text(row?.['orphan']),
				triggers: new Set(triggers?.rows.map((one) => String(one['name'])))
			};
		}
	};
}

const EMPTY = new Uint8Array();

const ROWS = `select e.seq, e.id, e.at_ms, e.event, e.outcome, e.object_ref, e.request_id, e.factors,
	e.personal_commitment, e.leaf_hash, e.previous_leaf_hash, e.tag,
	p.salt, p.account_id, p.subject_account_id, p.ip, p.user_agent, p.typed_name_index,
	${SUBJECT_BY_RECORD} as is_by_record
	from audit_events e left join audit_personal p on p.event_id = e.id
	where e.seq > ? order by e.seq limit ?`;
const NODES = 'select position, hash from audit_nodes where position >= ? and position < ?';
const CHECKPOINTS =
	'select size, previous_size, root, note from audit_checkpoints where size > ? and size <= ? order by size';
const TRIGGERS = `select name from sqlite_master where type = 'trigger' and name like 'audit%'`;
const WHOLE = `with sealed (size) as (select coalesce(max(size), 0) from audit_checkpoints)
	select (select seq from sqlite_sequence where name = 'audit_events') as last_seq,
	(select size from sealed) as newest,
	(select count(*) from audit_nodes) as nodes,
	(select min(e.seq) from audit_events e where e.seq > (select size from sealed)
		and exists (select 1 from audit_events f where f.id = e.id and f.seq < e.seq)) as repeated,
	(select event_id from audit_personal p
		where not exists (select 1 from audit_events e where e.id = p.event_id) limit 1) as orphan`;

function parseRow(row: Row): ReadRow {
	const seq = Number(row['seq']);
	const salt = bytes(row['salt']);
	return {
		...{ row: parseEvent(row), seq, id: String(row['id']), atMs: Number(row['at_ms']) },
		personal: salt && {
			salt,
			accountId: text(row['account_id']),
			subjectAccountId: text(row['subject_account_id']),
			ip: String(row['ip']),
			userAgent: String(row['user_agent']),
			typedNameIndex: bytes(row['typed_name_index'])
		},
		isSubjectByRecord: row['is_by_record'] === 1
	};
}

function parseEvent(row: Row): LoggedRow | null {
	const personalCommitment = bytes(row['personal_commitment']);
	const leafHash = bytes(row['leaf_hash']);
	const tag = bytes(row['tag']);
	const atMs = row['at_ms'];
	const outcome = row['outcome'];
	if (!personalCommitment || !leafHash || !tag || typeof atMs !== 'number') return null;
	if (outcome !== 'success' && outcome !== 'failure') return null;
	return {
		seq: Number(row['seq']),
		event: {
			id: String(row['id']),
			atMs,
			outcome,
			event: String(row['event']),
			objectRef: String(row['object_ref']),
			requestId: String(row['request_id']),
			factors: text(row['factors'])
		},
		...{ personalCommitment, leafHash, previousLeafHash: bytes(row['previous_leaf_hash']), tag }
	};
}

function parseCheckpointRow(row: Row): ReadCheckpoint {
	return {
		size: Number(row['size']),
		previousSize: Number(row['previous_size']),
		root: bytes(row['root']) ?? EMPTY,
		note: String(row['note'])
	};
}

function bytes(value: unknown): Uint8Array | null {
	return value instanceof ArrayBuffer ? new Uint8Array(value) : null;
}

function text(value: unknown): string | null {
	return typeof value === 'string' ? value : null;
}
