// After a rotation everything moves to the current root keys, so that an old root can be destroyed.
import { accountKeyRows } from '#lib/server/accounts/account-keys.repository.ts';
import { contractKeyRows } from '#lib/server/contracts/contract-keys.repository.ts';
import type { Database } from '#lib/server/db/client.ts';
import { personKeyRows, personNameRows } from '#lib/server/db/people.ts';
import type { VersionedRows } from '#lib/server/db/versioned-rows.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { KeyPurpose } from '#lib/server/platform/keys.ts';

/** One batch of 100 is about a quarter of a second; a minute's job takes a few of them. */
const BATCH_ROWS = 100;
const BATCHES_A_MINUTE = 5;
/** With more rows that do not move, something is wrong with the key set rather than with the rows. */
const MOST_LEFT_ROWS = 500;

/** What still needs a version of a purpose. */
export type KeyUse = {
	readonly purpose: KeyPurpose;
	readonly name: string;
	readonly version: number;
	readonly rows: number;
	/** False where only the owner of the value can move it. */
	readonly canMove: boolean;
};

export type RewrapReport = { readonly movedRows: number; readonly leftRows: number };

export type RewrapKeys = ReturnType<typeof createRewrapKeys>;

export function createRewrapKeys(parts: {
	readonly db: Database;
	readonly clock: Clock;
	/** A new one for each batch: a cipher keeps every data key it has seen. */
	readonly newCipher: () => Cipher;
}) {
	const { db } = parts;

	/** Everything that names the version of a root key. A new kind of such values belongs in here. */
	function versionedRows(): readonly VersionedRows[] {
		const cipher = parts.newCipher();
		return [
			personKeyRows(cipher),
			personNameRows(cipher),
			...accountKeyRows(cipher, parts.clock.nowMs()),
			...contractKeyRows(cipher)
		];
	}

	/**
	 * Moves rows batch by batch: two round trips each, every row with its old value as the condition.
	 * Safe to stop, to repeat and to run twice at once. A row that comes back a second time did not
	 * move (it is damaged, or has a twin) and is left out, so that it cannot hold up the others.
	 */
	async function move(
		mostBatches: number,
		onProgress: (movedRows: number) => void
	): Promise<RewrapReport> {
		const seen = new Set<string>();
		const left = new Map<string, string[]>();
		let movedRows = 0;
		let leftRows = 0;
		for (let batch = 0; batch < mostBatches && leftRows < MOST_LEFT_ROWS; batch += 1) {
			const kinds = versionedRows();
			const asked = kinds.flatMap(({ name, next }) =>
				next ? [{ name, read: next(left.get(name) ?? [], BATCH_ROWS) }] : []
			);
			const answers = await db.read(...asked.map((one) => one.read));
			const found = asked.flatMap(({ name }, index) =>
				(answers[index] ?? []).map((renewal) => ({ name, ...renewal }))
			);
			if (found.length === 0) break;
			for (const { name, rowId, write } of found) {
				const key = `${name} ${rowId}`;
				if (write !== null && !seen.has(key)) {
					movedRows += 1;
				} else {
					if (seen.has(key)) movedRows -= 1;
					leftRows += 1;
					left.set(name, [...(left.get(name) ?? []), rowId]);
				}
				seen.add(key);
			}
			const writes = found.flatMap(({ write }) => (write ? [write] : []));
			if (writes.length > 0) await db.commit(...writes);
			onProgress(movedRows);
		}
		return { movedRows, leftRows };
	}

	return {
		/** A minute's share. */
		moveSome: () => move(BATCHES_A_MINUTE, () => undefined),
		/** Everything, for the command; tells after each batch how many rows have moved. */
		moveAll: (onProgress: (movedRows: number) => void) => move(Infinity, onProgress),

		/** How many rows need which version: an old version that nothing needs may be destroyed. */
		async count(): Promise<readonly KeyUse[]> {
			const kinds = versionedRows();
			const answers = await db.read(...kinds.map((kind) => kind.count()));
			return kinds.flatMap(({ purpose, name, next }, index) =>
				(answers[index] ?? []).map((use) => ({ purpose, name, ...use, canMove: next !== null }))
			);
		}
	};
}
