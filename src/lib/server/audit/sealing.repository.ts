import { and, asc, desc, eq, gt, inArray, lt, lte, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { joined } from '#lib/domain/audit/bytes.ts';
import type { LoggedRow } from '#lib/domain/audit/row.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Unmet, type Write } from '#lib/server/db/client.ts';
import {
	auditCheckpoints,
	auditDeliveries,
	auditEvents,
	auditNodes,
	auditPersonal
} from '#lib/server/db/tables/audit.ts';

export type StoredCheckpoint = {
	readonly size: number;
	readonly root: Uint8Array;
	readonly note: string;
};

const SEALED_MEANWHILE: Unmet = { kind: 'conflict', code: 'audit/sealed-meanwhile' };
const SEALED_SIZE = sql<number>`(select coalesce(max(${auditCheckpoints.size}), 0) from ${auditCheckpoints})`;
const CHECKPOINT = {
	size: auditCheckpoints.size,
	root: auditCheckpoints.root,
	note: auditCheckpoints.note
};
const earlier = alias(auditEvents, 'earlier');

export const sealingRepository = {
	findNewestCheckpoint(): Read<StoredCheckpoint | null> {
		return read(
			sqlBuilder
				.select(CHECKPOINT)
				.from(auditCheckpoints)
				.orderBy(desc(auditCheckpoints.size))
				.limit(1),
			([row]) => row ?? null
		);
	},

	/** The rows after the newest checkpoint, in the order of their commit. */
	listUnsealed(limit: number): Read<readonly LoggedRow[]> {
		return read(
			sqlBuilder
				.select()
				.from(auditEvents)
				.where(gt(auditEvents.seq, SEALED_SIZE))
				.orderBy(asc(auditEvents.seq))
				.limit(limit),
			(rows) =>
				rows.map(({ seq, personalCommitment, leafHash, previousLeafHash, tag, ...event }) => ({
					...{ seq, event, personalCommitment, leafHash, previousLeafHash, tag }
				}))
		);
	},

	/** The first unsealed row whose entry stands further up already, or null. */
	findRepeated(): Read<number | null> {
		return read(
			sqlBuilder
				.select({ seq: auditEvents.seq })
				.from(auditEvents)
				.innerJoin(earlier, and(eq(earlier.id, auditEvents.id), lt(earlier.seq, auditEvents.seq)))
				.where(gt(auditEvents.seq, SEALED_SIZE))
				.orderBy(asc(auditEvents.seq))
				.limit(1),
			([row]) => row?.seq ?? null
		);
	},

	/** Hashes of sealed nodes by position; a position that is not there is missing in the answer. */
	findNodes(positions: readonly number[]): Read<ReadonlyMap<number, Uint8Array>> {
		return read(
			sqlBuilder
				.select()
				.from(auditNodes)
				.where(
					inArray(
						auditNodes.position,
						sql`(select value from json_each(${JSON.stringify(positions)}))`
					)
				),
			(rows) => new Map(rows.map(({ position, hash }) => [position, hash]))
		);
	},

	/** New nodes, which stand one after the other, and the checkpoint over them. Not done when another sealer was faster. */
	insertSealed(
		firstPosition: number,
		nodes: readonly Uint8Array[],
		checkpoint: typeof auditCheckpoints.$inferInsert
	): Write {
		return {
			statements: [
				...write(sqlBuilder.insert(auditCheckpoints).values(checkpoint), SEALED_MEANWHILE)
					.statements,
				{
					statement: { sql: INSERT_NODES, args: [nodes.length, firstPosition, joined(...nodes)] },
					unmet: SEALED_MEANWHILE
				}
			]
		};
	},

	/** Checkpoints the sink has not taken yet, oldest first. */
	listUndelivered(limit: number): Read<readonly StoredCheckpoint[]> {
		const delivered = sql`(select coalesce(max(${auditDeliveries.size}), 0) from ${auditDeliveries})`;
		return read(
			sqlBuilder
				.select(CHECKPOINT)
				.from(auditCheckpoints)
				.where(gt(auditCheckpoints.size, delivered))
				.orderBy(asc(auditCheckpoints.size))
				.limit(limit),
			(rows) => rows
		);
	},

	insertDelivery(size: number, atMs: number): Write {
		return write(sqlBuilder.insert(auditDeliveries).values({ size, atMs }), SEALED_MEANWHILE);
	},

	/** Personal parts past their deadline, salt included; by the database's clock too, which its trigger asks. */
	deletePersonalBefore(beforeMs: number, limit: number): Write {
		const expired = sqlBuilder
			.select({ eventId: auditPersonal.eventId })
			.from(auditPersonal)
			.where(
				and(
					lte(auditPersonal.atMs, beforeMs),
					lte(auditPersonal.atMs, sql`(unixepoch() - 90 * 86400) * 1000`)
				)
			)
			.orderBy(asc(auditPersonal.atMs))
			.limit(limit);
		return write(sqlBuilder.delete(auditPersonal).where(inArray(auditPersonal.eventId, expired)));
	}
};

/** One blob for all nodes of a batch: a row each would be ten thousand parameters on the wire. */
const INSERT_NODES = `insert into audit_nodes (position, hash)
	with recursive step (n) as (select 0 union all select n + 1 from step where n + 1 < ?1)
	select ?2 + n, substr(?3, n * 32 + 1, 32) from step`;
