// What a device remembers of the copies of its drafts: which revision it has seen last, and what stood in it.
import * as v from 'valibot';
import type { OfflineDatabase, SyncRow } from './database.ts';
import { draftContentSchema, type DraftContent } from './draft.schema.ts';
import { DamagedRecord, openJson, sealJson, type Place } from './sealing.ts';
import type { Vault } from './vault.ts';

export type SyncNote = {
	readonly draftId: string;
	/** Last revision of the copy that this device has seen; 0 before the first. */
	readonly serverRev: number;
	/** Revision of the draft here that is the same as that copy; 0 for none. */
	readonly localRev: number;
	/** What stood in that copy: the ground of a merge. */
	readonly base: DraftContent | null;
	/** Files of which every part is with the server. */
	readonly sentFileIds: readonly string[];
	/** What this device has handed over without an answer yet: it may be the next revision there. */
	readonly left?: { readonly localRev: number; readonly content: DraftContent } | null;
};

const sealedSchema = v.object({
	base: v.nullable(draftContentSchema),
	sentFileIds: v.array(v.string()),
	// Notes of the release before have none.
	left: v.optional(
		v.nullable(v.object({ localRev: v.number(), content: draftContentSchema })),
		null
	)
});

export class SyncNotes {
	readonly #database: OfflineDatabase;
	readonly #vault: Vault;

	constructor(database: OfflineDatabase, vault: Vault) {
		this.#database = database;
		this.#vault = vault;
	}

	rows(): Promise<readonly SyncRow[]> {
		return this.#database.syncs.where({ accountRef: this.#vault.accountRef }).toArray();
	}

	/** A note that does not open is as good as none: everything is then compared anew. */
	async find(draftId: string): Promise<SyncNote> {
		const none = { draftId, serverRev: 0, localRev: 0, base: null, sentFileIds: [] };
		const row = await this.#database.syncs.get(draftId);
		if (!row) return none;
		const { serverRev, localRev } = row;
		try {
			const place = this.#placeOf(draftId, serverRev);
			const sealed = v.parse(sealedSchema, await openJson(this.#vault.key, place, row));
			return { draftId, serverRev, localRev, ...sealed };
		} catch (error) {
			const isUnreadable = error instanceof DamagedRecord || error instanceof v.ValiError;
			if (isUnreadable) return { ...none, serverRev };
			throw error;
		}
	}

	async keep({ draftId, serverRev, localRev, ...rest }: SyncNote): Promise<void> {
		const { base, sentFileIds, left = null } = rest;
		const place = this.#placeOf(draftId, serverRev);
		const sealed = await sealJson(this.#vault.key, place, { base, sentFileIds, left });
		const { accountRef } = this.#vault;
		await this.#database.syncs.put({ ...sealed, draftId, accountRef, serverRev, localRev });
	}

	async forget(draftId: string): Promise<void> {
		await this.#database.syncs.delete(draftId);
	}

	#placeOf(draftId: string, serverRev: number): Place {
		return [this.#vault.accountRef, draftId, 'sync', serverRev];
	}
}
