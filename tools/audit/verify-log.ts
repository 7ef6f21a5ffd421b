/** Walks the whole log once and names the first thing that is not as the portal wrote it (decision 0023). */
import { areEqual } from '#lib/domain/audit/bytes.ts';
import type { Checkpoint } from '#lib/domain/audit/checkpoint.ts';
import { findRowFault, opensCommitment, type RowFault } from '#lib/domain/audit/row.ts';
import { growTree, nodeCount } from '#lib/domain/audit/tree.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import type { CheckpointFolder } from './checkpoint-folder.ts';
import type { LogReader, ReadCheckpoint, ReadRow, Whole, Window } from './log-reader.ts';
import { nodeSha256 } from './node-sha256.ts';

/** The personal part may go after 90 days; a day for clocks that differ. */
const PERSONAL_PART_KEPT_MS = 89 * DAY_MS;

/** Without them the rules "nothing is changed, nothing is deleted" rest on good will. */
const TRIGGERS = [
	'audit_events_no_update',
	'audit_events_no_delete',
	'audit_events_no_replace',
	'audit_personal_no_replace',
	'audit_personal_no_update',
	'audit_personal_no_early_delete',
	'audit_nodes_no_update',
	'audit_nodes_no_delete',
	'audit_nodes_no_replace',
	'audit_checkpoints_no_update',
	'audit_checkpoints_no_delete',
	'audit_checkpoints_in_order'
];

export type Finding = {
	readonly fault:
		| RowFault
		| 'cut'
		| 'checkpoint-invalid'
		| 'checkpoint-missing'
		| 'not-as-signed'
		| 'counter-changed'
		| 'nodes-added'
		| 'orphan'
		| 'trigger-missing';
	/** First row at fault, where it can be told. */
	readonly seq: number | null;
	readonly id: string | null;
	/** What else there is to say: a size, a name. */
	readonly detail: string;
};

export type Verified = {
	readonly rows: number;
	readonly sealed: number;
	readonly checkpoints: number;
	/** Of them, those that were compared with what lies outside the database. */
	readonly compared: number;
	readonly finding: Finding | null;
};

export type VerifyOptions = {
	readonly log: LogReader;
	/** Checkpoints kept outside the database, or null: then a log rewritten with its keys goes unseen. */
	readonly folder: CheckpointFolder | null;
	/** The checkpoint when a trusted key has signed the note, else null. */
	readonly openNote: (note: string) => Promise<Checkpoint | null>;
	/** Null without the portal's keys: an auditor checks the sealed tree, not who wrote the rest. */
	readonly isTag: ((leafHash: Uint8Array, tag: Uint8Array) => boolean) | null;
	readonly nowMs: number;
	readonly onProgress?: (rows: number, of: number) => void;
};

export async function verifyLog(options: VerifyOptions): Promise<Verified> {
	const kept = (await options.folder?.sizes()) ?? [];
	let whole = await options.log.whole();
	const walk = startWalk(options, kept, whole.newestCheckpoint);
	const answer = (finding: Finding | null): Verified => ({ ...walk.counts(), finding });

	for (let isDone = false; !isDone;) {
		const { rows } = walk.counts();
		const window = await options.log.window(rows === 0 ? null : rows);
		const finding = await walk.take(window);
		if (finding) return answer(finding);
		options.onProgress?.(walk.counts().rows, Math.max(whole.lastSeqGiven, walk.counts().rows));
		if (window.rows.length > 0) continue;
		// The portal goes on writing meanwhile: what came in since is read as well.
		const now = await options.log.whole();
		isDone = now.lastSeqGiven === rows || now.lastSeqGiven === whole.lastSeqGiven;
		whole = now;
	}
	return answer(checkWhole(whole, walk.counts().rows, kept.at(-1) ?? 0));
}

/** What no single row tells: an end cut off, a counter set back, things nobody owns. */
function checkWhole(whole: Whole, rows: number, newestKept: number): Finding | null {
	const [total, said] = [
		[whole.lastSeqGiven, "the database's counter"] as const,
		[whole.newestCheckpoint, 'a checkpoint in the database'] as const,
		[newestKept, 'a checkpoint kept outside'] as const
	].reduce((most, one) => (one[0] > most[0] ? one : most));
	if (rows < total) return found('cut', rows + 1, null, `${said} says ${total} rows`);
	if (whole.lastSeqGiven !== rows) {
		return found('counter-changed', null, null, `it says ${whole.lastSeqGiven}, not ${rows}`);
	}
	if (whole.repeatedSeq !== null) return found('repeated', whole.repeatedSeq);
	if (whole.orphanId !== null) return found('orphan', null, whole.orphanId);
	if (whole.nodes !== nodeCount(whole.newestCheckpoint)) return found('nodes-added', null);
	const missing = TRIGGERS.find((name) => !whole.triggers.has(name));
	return missing ? found('trigger-missing', null, null, missing) : null;
}

/** Goes on from window to window, and holds no more than the edge of the tree. */
function startWalk(options: VerifyOptions, kept: readonly number[], sealed: number) {
	const tree = growTree(nodeSha256);
	let before: { readonly seq: number; readonly leafHash: Uint8Array | null } = {
		seq: 0,
		leafHash: null
	};
	let lastCheckpoint = 0;
	let checkpoints = 0;
	let compared = 0;
	let lastCompared = 0;
	let nextKept = 0;

	function checkRow(read: ReadRow): RowFault | null {
		if (read.seq <= before.seq) return 'inserted';
		if (!read.row) return 'edited';
		const fault = findRowFault(nodeSha256, read.row, before);
		if (fault === 'missing' || fault === 'edited') return fault;
		// Before the order: a row of a stranger breaks it too, but says more.
		if (options.isTag && !options.isTag(read.row.leafHash, read.row.tag)) return 'not-ours';
		if (fault) return fault;
		if (!read.personal) {
			return read.atMs > options.nowMs - PERSONAL_PART_KEPT_MS ? 'personal-missing' : null;
		}
		const { personalCommitment } = read.row;
		return opensCommitment(nodeSha256, read.personal, personalCommitment, read.isSubjectByRecord)
			? null
			: 'personal-edited';
	}

	async function checkCheckpoint(checkpoint: ReadCheckpoint): Promise<Finding | null> {
		const { size, previousSize, root, note } = checkpoint;
		if (previousSize !== lastCheckpoint) {
			return found('checkpoint-missing', null, null, `size ${previousSize}`);
		}
		const signed = await options.openNote(note);
		if (signed?.size !== size || !areEqual(signed.root, root)) {
			return found('checkpoint-invalid', null, null, `size ${size}`);
		}
		if (!areEqual(root, tree.root())) return notAsSigned(lastCheckpoint, size, 'in the database');
		lastCheckpoint = size;
		checkpoints += 1;
		return null;
	}

	async function checkKept(size: number): Promise<Finding | null> {
		const signed = await options.openNote((await options.folder?.read(size)) ?? '');
		if (signed?.size !== size) {
			return found('checkpoint-invalid', null, null, `size ${size}, kept outside`);
		}
		if (!areEqual(signed.root, tree.root())) return notAsSigned(lastCompared, size, 'kept outside');
		if (lastCheckpoint !== size) return found('checkpoint-missing', null, null, `size ${size}`);
		compared += 1;
		lastCompared = size;
		return null;
	}

	function notAsSigned(sound: number, size: number, where: string): Finding {
		const detail = `up to row ${size}, checkpoint of size ${size} ${where}`;
		return found('not-as-signed', sound + 1, null, detail);
	}

	return {
		counts: () => ({ rows: tree.size(), sealed: lastCheckpoint, checkpoints, compared }),
		async take(window: Window): Promise<Finding | null> {
			const due = new Map(window.checkpoints.map((one) => [one.size, one]));
			for (const read of window.rows) {
				const fault = checkRow(read);
				if (fault === 'missing') return found(fault, before.seq + 1);
				if (fault || !read.row) return found(fault ?? 'edited', read.seq, read.id);
				const first = nodeCount(tree.size());
				const nodes = tree.append(read.row.leafHash);
				before = read.row;
				if (read.seq <= sealed) {
					const differs = nodes.findIndex((node, index) => {
						const stored = window.nodes.get(first + index);
						return !stored || !areEqual(stored, node);
					});
					if (differs >= 0) {
						const detail = differs === 0 ? '' : `a node over it, level ${differs}`;
						return found('not-as-sealed', read.seq, read.id, detail);
					}
				}
				const checkpoint = due.get(read.seq);
				const wrong = checkpoint && (await checkCheckpoint(checkpoint));
				if (wrong) return wrong;
				if (kept[nextKept] === read.seq) {
					nextKept += 1;
					const outside = await checkKept(read.seq);
					if (outside) return outside;
				}
			}
			return null;
		}
	};
}

function found(
	fault: Finding['fault'],
	seq: number | null,
	id: string | null = null,
	detail = ''
): Finding {
	return { fault, seq, id, detail };
}
