import type { EntityTable, Table } from 'dexie';
import { Dexie } from 'dexie/dist/modern/dexie.min.mjs';
import type { InboxRow, Intake } from './intake.ts';
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
/** What an account has here. Its sealed part names the owner and proves the key: whatever opens it is the key. */
export type VaultRow = Sealed & {
	accountRef: string;
	/** The key stays on the device until its owner signs out (envelope d). */
	staysOpen: boolean;
	/** SHA-256 of the word the Worker says when the account is removed; null until it was asked. */
	removalHash: string | null;
	/** When the Worker's copy of the key last opened the sealed part. */
	escrowProvenAtMs: number | null;
	/** The name by which this device asks whether it was ended from elsewhere. */
	deviceId?: string | null;
	/** SHA-256 of the word that says so. */
	revokeHash?: string | null;
	/** When the drafts were last opened here, and how long their keys outlast that. */
	openedAtMs?: number;
	keysLastMs?: number;
};
/** The key wrapped by something its owner knows or has. */
export type EnvelopeRow = Sealed & {
	accountRef: string;
	/** One a kind, but for passkeys: there it is the credential's id. */
	id: string;
	kind: 'passphrase' | 'passkey' | 'pin';
	salt: ArrayBuffer;
	rounds: number;
	/** When it last opened the key. */
	provenAtMs: number;
	isBroken: boolean;
};
/** The pair that seals what is shared to the app: the public half in clear, the private one sealed. */
export type IntakeRow = Intake & Sealed;
/** How often somebody guessed wrong at one kind of lock. */
export type GuessRow = { lock: string; count: number; waitUntilMs: number };

/** What the copy of a draft with the Worker was when this device saw it last; its content is sealed. */
export type SyncRow = Sealed & {
	draftId: string;
	accountRef: string;
	serverRev: number;
	localRev: number;
	/** The submission of a draft that was deleted while it was sent: the insurer has still to be told. */
	withdraws?: string;
};

/** Space kept back for text (reserve.ts). */
export type ReserveRow = { id: string; bytes: ArrayBuffer };

export class OfflineDatabase extends Dexie {
	declare keys: EntityTable<KeyRow, 'accountRef'>;
	declare drafts: EntityTable<DraftRow, 'id'>;
	declare chunks: Table<ChunkRow, [string, number]>;
	declare kit: EntityTable<KitRow, 'accountRef'>;
	declare journal: Table<JournalRow, [string, number]>;
	declare vaults: EntityTable<VaultRow, 'accountRef'>;
	declare envelopes: Table<EnvelopeRow, [string, string]>;
	declare guesses: EntityTable<GuessRow, 'lock'>;
	declare reserve: EntityTable<ReserveRow, 'id'>;
	declare syncs: EntityTable<SyncRow, 'draftId'>;
	declare intakes: EntityTable<IntakeRow, 'accountRef'>;
	declare inbox: EntityTable<InboxRow, 'id'>;

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
		// Only ever added to: a tab of the release before must go on reading (offline.md 3.8).
		this.version(2).stores({
			vaults: 'accountRef',
			envelopes: '[accountRef+id], accountRef',
			guesses: 'lock'
		});
		this.version(3).stores({ syncs: 'draftId, accountRef', reserve: 'id' });
		this.version(4).stores({ intakes: 'accountRef, order', inbox: 'id, accountRef' });
	}
}
