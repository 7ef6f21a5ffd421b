import type { EntityTable, Table } from 'dexie';
import { Dexie } from 'dexie/dist/modern/dexie.min.mjs';
import type { Sealed } from './sealing.ts';

/** Opaque ids and counters in clear, everything else sealed. static/portal.js knows both names. */
export const DATABASE_NAME = 'kundenportal';

export type KeyRow = Sealed & { accountRef: string; key: CryptoKey };
export type DraftRow = Sealed & { id: string; accountRef: string; rev: number; order: number };
/** One part of a file, or its small picture (part -1). */
export type ChunkRow = Sealed & { attachmentId: string; part: number; draftId: string };
export type KitRow = Sealed & { accountRef: string };
/** One row a revision: it shows when an older draft was put back over a newer one. */
export type JournalRow = Sealed & { draftId: string; rev: number };

export class OfflineDatabase extends Dexie {
	declare keys: EntityTable<KeyRow, 'accountRef'>;
	declare drafts: EntityTable<DraftRow, 'id'>;
	declare chunks: Table<ChunkRow, [string, number]>;
	declare kit: EntityTable<KitRow, 'accountRef'>;
	declare journal: Table<JournalRow, [string, number]>;

	constructor() {
		// Without it Chromium reports a write as done before it is on the medium.
		super(DATABASE_NAME, { chromeTransactionDurability: 'strict' });
		this.version(1).stores({
			keys: 'accountRef',
			drafts: 'id, accountRef, order',
			chunks: '[attachmentId+part], draftId',
			kit: 'accountRef',
			journal: '[draftId+rev], draftId'
		});
	}
}
