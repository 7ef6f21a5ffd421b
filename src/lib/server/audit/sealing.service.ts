import { checkpointText } from '#lib/domain/audit/checkpoint.ts';
import { areEqual } from '#lib/domain/audit/bytes.ts';
import { findRowFault, type LoggedRow, type RowFault } from '#lib/domain/audit/row.ts';
import {
	growTree,
	nodeCount,
	nodePosition,
	positionsOf,
	rootOf,
	type GrowingTree
} from '#lib/domain/audit/tree.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { AuditSignature } from '#lib/server/platform/audit-signature.ts';
import type { CheckpointSink } from '#lib/server/platform/checkpoint-sink.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { sha256 } from '#lib/server/platform/sha256.ts';
import { sealingRepository, type StoredCheckpoint } from './sealing.repository.ts';

const LEAVES_A_BATCH = 5_000;
const BATCHES_A_RUN = 10;
const DELIVERIES_A_RUN = 100;
const ERASURES_A_RUN = 5_000;
/** domain.md section 5: the IP goes after 90 days. */
const PERSONAL_PART_KEPT_MS = 90 * DAY_MS;

/** What a run of the sealer did. `refused` is the row it will not vouch for. */
export type Sealing = {
	readonly sealed: number;
	readonly refused: { readonly seq: number; readonly fault: RowFault } | null;
};

export type SealingService = ReturnType<typeof createSealingService>;

/**
 * Turns what acts have written into the log into a signed tree (decision 0023), hands the
 * checkpoints out of the house and erases personal parts past their deadline.
 */
export function createSealingService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly auditSignature: AuditSignature;
	/** Origin line of the checkpoints. */
	readonly logName: string;
	/** Null only where nobody has configured one, which production refuses. */
	readonly sink: CheckpointSink | null;
	readonly leavesABatch?: number;
}) {
	const { db, clock, auditSignature, logName, sink } = parts;
	const leavesABatch = parts.leavesABatch ?? LEAVES_A_BATCH;

	/** The tree up to the newest checkpoint, from its edge; null when it is not what was signed. */
	async function resume(
		newest: StoredCheckpoint | null
	): Promise<{ readonly tree: GrowingTree; readonly leafHash: Uint8Array | null } | null> {
		if (!newest) return { tree: growTree(sha256), leafHash: null };
		const { size, root, note } = newest;
		const edge = positionsOf({ start: 0, end: size });
		const lastLeaf = nodePosition(0, size - 1);
		const [nodes] = await db.read(sealingRepository.findNodes([...edge, lastLeaf]));
		const hashes = edge.flatMap((position) => nodes.get(position) ?? []);
		const leafHash = nodes.get(lastLeaf);
		if (hashes.length !== edge.length || !leafHash) return null;
		if (!areEqual(rootOf(sha256, hashes), root)) return null;
		const signed = await auditSignature.openNote(note);
		if (signed?.size !== size || !areEqual(signed.root, root)) return null;
		return { tree: growTree(sha256, size, hashes), leafHash };
	}

	async function isVouchedFor(
		row: LoggedRow,
		before: { readonly seq: number; readonly leafHash: Uint8Array | null },
		repeated: number | null
	): Promise<RowFault | null> {
		const fault = findRowFault(sha256, row, before);
		if (fault) return fault;
		if (row.seq === repeated) return 'repeated';
		return (await auditSignature.isTag(row.leafHash, row.tag)) ? null : 'not-ours';
	}

	async function sealBatch(): Promise<Sealing & { readonly isMore: boolean }> {
		const [newest, rows, repeated] = await db.read(
			sealingRepository.findNewestCheckpoint(),
			sealingRepository.listUnsealed(leavesABatch),
			sealingRepository.findRepeated()
		);
		const nothing = { sealed: 0, refused: null, isMore: false };
		if (rows.length === 0) return nothing;
		const size = newest?.size ?? 0;
		const resumed = await resume(newest);
		if (!resumed) return { ...nothing, refused: { seq: size, fault: 'not-as-sealed' } };
		const { tree } = resumed;
		const nodes: Uint8Array[] = [];
		let before = { seq: size, leafHash: resumed.leafHash };
		let refused: Sealing['refused'] = null;
		for (const row of rows) {
			const fault = await isVouchedFor(row, before, repeated);
			if (fault) {
				refused = { seq: fault === 'missing' ? before.seq + 1 : row.seq, fault };
				break;
			}
			nodes.push(...tree.append(row.leafHash));
			before = row;
		}
		const sealed = tree.size() - size;
		if (sealed === 0) return { ...nothing, refused };
		const checkpoint = { origin: logName, size: tree.size(), root: tree.root() };
		const done = await db.commit(
			sealingRepository.insertSealed(nodeCount(size), nodes, {
				size: checkpoint.size,
				previousSize: size,
				root: checkpoint.root,
				note: await auditSignature.signNote(logName, checkpointText(checkpoint)),
				atMs: clock.nowMs()
			})
		);
		// Another sealer was faster and has these rows, or some of them, in its checkpoint.
		if (!done.ok) return nothing;
		return { sealed, refused, isMore: !refused && rows.length === leavesABatch };
	}

	return {
		/**
		 * Seals every new row, 5 000 a batch and ten batches at most; the next run goes on. Safe to run
		 * twice at once. Stops before a row that the portal did not write, or not there: what is sealed
		 * is vouched for. The caller raises the alarm.
		 */
		async seal(): Promise<Sealing> {
			let sealed = 0;
			for (let batch = 0; batch < BATCHES_A_RUN; batch += 1) {
				const done = await sealBatch();
				sealed += done.sealed;
				if (done.refused || !done.isMore) return { sealed, refused: done.refused };
			}
			return { sealed, refused: null };
		},

		/** Hands every new checkpoint to the sink, oldest first. Throws when it cannot; the next run tries again. */
		async deliver(): Promise<number> {
			if (!sink) return 0;
			const [due] = await db.read(sealingRepository.listUndelivered(DELIVERIES_A_RUN));
			for (const { size, note } of due) {
				await sink.put(size, note);
				await db.commit(sealingRepository.insertDelivery(size, clock.nowMs()));
			}
			return due.length;
		},

		/** Erases IP, user and browser of entries older than 90 days, with the salt that could prove a guess (L4). */
		async eraseExpired(): Promise<void> {
			const beforeMs = clock.nowMs() - PERSONAL_PART_KEPT_MS;
			await db.commit(sealingRepository.deletePersonalBefore(beforeMs, ERASURES_A_RUN));
		}
	};
}
