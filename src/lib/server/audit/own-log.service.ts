import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import { areEqual } from '#lib/domain/audit/bytes.ts';
import { base64, parseCheckpoint } from '#lib/domain/audit/checkpoint.ts';
import { commitmentOf, leafText, personalText } from '#lib/domain/audit/leaf.ts';
import type { LogCursor, OwnLogFile } from '#lib/domain/audit/own-log.ts';
import { inclusionPath, positionsOf, rangeHash } from '#lib/domain/audit/tree.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { AuditSignature } from '#lib/server/platform/audit-signature.ts';
import { sha256 } from '#lib/server/platform/sha256.ts';
import { auditRepository, type AuditLeaf } from './audit.repository.ts';
import { sealingRepository } from './sealing.repository.ts';

const ENTRIES_A_READ = 500;
const NO_NODES: ReadonlyMap<number, Uint8Array> = new Map();

/** One entry of the file, with what a table shows of it. */
export type ProvenEntry = Pick<OwnLogFile['entries'][number], 'leaf' | 'personal' | 'proof'> & {
	readonly atMs: number;
	readonly event: AuditEventKind;
	readonly outcome: 'success' | 'failure';
	/** Empty when somebody at the insurer acted: their address says nothing to the customer. */
	readonly ip: string;
	readonly userAgent: string;
};

export type OwnLog = Pick<OwnLogFile, 'keys' | 'checkpoint'> & {
	readonly entries: readonly ProvenEntry[];
};

export type OwnLogService = ReturnType<typeof createOwnLogService>;

export function createOwnLogService(parts: {
	readonly db: Database;
	readonly auditSignature: AuditSignature;
}) {
	const { db, auditSignature } = parts;

	/** The hashes from each sealed entry to the root of the tree, by place in the list. */
	async function prove(
		leaves: readonly AuditLeaf[],
		size: number
	): Promise<readonly ProvenEntry['proof'][]> {
		const paths = leaves.map(({ seq }) =>
			seq > size ? null : { index: seq - 1, ranges: inclusionPath(seq - 1, size).map(positionsOf) }
		);
		const positions = new Set(paths.flatMap((path) => path?.ranges.flat() ?? []));
		const [nodes] =
			positions.size === 0
				? [NO_NODES]
				: await db.read(sealingRepository.findNodes([...positions]));
		const hashOf = (range: readonly number[]) =>
			rangeHash(
				sha256,
				range.map((position) => nodeAt(nodes, position))
			);
		return paths.map(
			(path) =>
				path && { index: path.index, hashes: path.ranges.map((range) => base64(hashOf(range))) }
		);
	}

	return {
		/**
		 * Every entry about the actor's own account, newest first, with its proof under the newest
		 * checkpoint. What somebody else did is proven without their address and browser: the leaf only
		 * commits to them.
		 */
		async collect(actor: Actor): Promise<Result<OwnLog>> {
			const permission = requirePermission(actor, 'account/read-own-log');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const [newest, first] = await db.read(
				sealingRepository.findNewestCheckpoint(),
				auditRepository.listLeavesOfAccount(accountId, ENTRIES_A_READ, null)
			);
			const entries: ProvenEntry[] = [];
			for (let leaves = first; leaves.length > 0;) {
				const proofs = await prove(leaves, newest?.size ?? 0);
				entries.push(...leaves.map((leaf, at) => entryOf(leaf, accountId, proofs[at] ?? null)));
				if (leaves.length < ENTRIES_A_READ) break;
				[leaves] = await db.read(
					auditRepository.listLeavesOfAccount(accountId, ENTRIES_A_READ, cursorAt(leaves))
				);
			}
			const name = parseCheckpoint(newest?.note ?? '')?.checkpoint.origin;
			const keys = name ? await auditSignature.verifierKeys(name) : [];
			return ok({ keys: [...keys], checkpoint: newest?.note ?? null, entries });
		}
	};
}

function entryOf(
	{ event, personalCommitment, personal }: AuditLeaf,
	accountId: string,
	proof: ProvenEntry['proof']
): ProvenEntry {
	const isOwnAct = personal.accountId === null || personal.accountId === accountId;
	const text = isOwnAct ? committedText(personal, personalCommitment) : null;
	return {
		atMs: event.atMs,
		event: event.event as AuditEventKind,
		outcome: event.outcome,
		ip: isOwnAct ? personal.ip : '',
		userAgent: isOwnAct ? personal.userAgent : '',
		leaf: leafText(event, personalCommitment),
		personal: text === null ? null : { text, salt: base64(personal.salt) },
		proof
	};
}

/** The text the commitment opens to: the owner of a claim may have been left out of it (see `insert`). */
function committedText(
	{ salt, ...part }: AuditLeaf['personal'],
	commitment: Uint8Array
): string | null {
	const texts = [personalText(part), personalText({ ...part, subjectAccountId: null })];
	return texts.find((text) => areEqual(commitmentOf(sha256, salt, text), commitment)) ?? null;
}

function nodeAt(nodes: ReadonlyMap<number, Uint8Array>, position: number): Uint8Array {
	const node = nodes.get(position);
	if (!node) throw new Error('a sealed node is missing: npm run audit:verify');
	return node;
}

function cursorAt(leaves: readonly AuditLeaf[]): LogCursor | null {
	const last = leaves.at(-1);
	return last ? { atMs: last.event.atMs, id: last.event.id } : null;
}
