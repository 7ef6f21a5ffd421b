// The drafts of one account on this device. Sealed first, then one strict transaction, then read back: what this file
// calls saved has been seen on the medium.
import { Dexie } from 'dexie/dist/modern/dexie.min.mjs';
import { nextDraftState, type DraftEvent } from '#lib/domain/claims/draft.ts';
import type { ChunkRow, DraftRow, OfflineDatabase } from './database.ts';
import { parseDraftContent, type Draft, type DraftContent } from './draft.schema.ts';
import { DamagedRecord, openJson, sealJson, type Place } from './sealing.ts';
import { freeReserve, isQuotaError, keepReserve } from './reserve.ts';
import type { Vault } from './vault.ts';

const JOURNAL_LENGTH = 30;

/** Another tab has saved this draft meanwhile. */
export class StaleDraft extends Error {
	override name = 'StaleDraft';
}

/** The draft could not be written, or did not read back as written. */
export class UnsavedDraft extends Error {
	override name = 'UnsavedDraft';
	/** The revision that the device holds now: the next attempt starts from it. */
	readonly rev: number;

	constructor(message: string, rev: number, options?: ErrorOptions) {
		super(message, options);
		this.rev = rev;
	}
}

export type FileChange = {
	readonly added?: readonly ChunkRow[];
	/** Reads the added file back, opens it and compares its hash: only then is it called saved. */
	readonly isIntact?: () => Promise<boolean>;
	readonly removedAttachmentId?: string;
};

export type DraftList = {
	readonly drafts: readonly Draft[];
	readonly damagedIds: readonly string[];
	/** Drafts of other accounts on this device: counted, never opened. */
	readonly lockedCount: number;
};

/** A draft's row, and the newest revision that its journal knows. */
type ReadRow = { readonly row: DraftRow; readonly newestRev: number | undefined };

export class DraftStore {
	readonly #database: OfflineDatabase;
	readonly #vault: Vault;

	constructor(database: OfflineDatabase, vault: Vault) {
		this.#database = database;
		this.#vault = vault;
	}

	async list(): Promise<DraftList> {
		const { rows, own } = await this.#readAtOnce(async () => {
			const rows = await this.#database.drafts.orderBy('order').reverse().toArray();
			const owned = rows.filter((row) => row.accountRef === this.#vault.accountRef);
			return { rows, own: await Promise.all(owned.map((row) => this.#withNewest(row))) };
		});
		// All at once: opened one after the other, two hundred would be waited for one by one.
		const opened = await Promise.all(own.map((read) => this.#open(read).catch(nullIfDamaged)));
		const drafts = opened.filter((draft) => draft !== null);
		const damagedIds = own.filter((_, index) => opened[index] === null).map(({ row }) => row.id);
		return { drafts, damagedIds, lockedCount: rows.length - own.length };
	}

	/** The draft, or null when it is not on this device or belongs to another account. */
	async find(id: string): Promise<Draft | null> {
		const read = await this.#readAtOnce(async () => {
			const row = await this.#database.drafts.get(id);
			return row?.accountRef === this.#vault.accountRef ? this.#withNewest(row) : null;
		});
		return read && this.#open(read);
	}

	/**
	 * Saves the content as the revision after `from` (0 for a new draft) and proves it by reading back.
	 * Throws `StaleDraft` when another tab was first, `UnsavedDraft` when the device did not keep it.
	 */
	async save(
		id: string,
		from: number,
		content: DraftContent,
		files: FileChange = {}
	): Promise<Draft> {
		const rev = from + 1;
		const record = await sealJson(this.#vault.key, this.#placeOf(id, rev), content);
		const state = await sealJson(
			this.#vault.key,
			this.#journalPlaceOf(id, rev),
			content.state.name
		);
		const row = { ...record, id, accountRef: this.#vault.accountRef, rev };
		const write = () => this.#write(row, from, { ...state, draftId: id, rev }, files);
		const order = await write()
			.catch(async (cause: unknown) => {
				// Text only: a photo that finds no room is refused, what was typed is not (F31).
				const isText = isQuotaError(cause) && !files.added?.length;
				if (isText && (await freeReserve(this.#database))) return write();
				throw cause;
			})
			.catch((cause: unknown) => {
				if (cause instanceof StaleDraft) throw cause;
				throw new UnsavedDraft('the draft was not written', from, { cause });
			});
		await this.#proveSaved(id, rev, content, files);
		if (from === 0) await keepReserve(this.#database);
		return { ...content, id, rev, order };
	}

	/** One arrow of the state machine, in one transaction; null where the event has no place. */
	async apply(draft: Draft, event: DraftEvent, savedAtMs: number): Promise<Draft | null> {
		const state = nextDraftState(draft.state, event);
		if (!state) return null;
		const { id, rev, order: _order, ...content } = draft;
		if (state.name !== 'purged') return this.save(id, rev, { ...content, state, savedAtMs });
		await this.remove(id);
		return null;
	}

	/** Deletes a draft with its files. Only ever called on the customer's word. */
	async remove(id: string): Promise<void> {
		const { drafts, chunks, journal } = this.#database;
		await this.#database.transaction('rw', drafts, chunks, journal, async () => {
			await drafts.delete(id);
			await chunks.where('draftId').equals(id).delete();
			await journal.where('draftId').equals(id).delete();
		});
	}

	async #write(
		row: Omit<DraftRow, 'order'>,
		from: number,
		journalRow: { draftId: string; rev: number; iv: ArrayBuffer; sealed: ArrayBuffer },
		files: FileChange
	): Promise<number> {
		const { drafts, chunks, journal } = this.#database;
		return this.#database.transaction('rw', drafts, chunks, journal, async () => {
			const current = await drafts.get(row.id);
			if ((current?.rev ?? 0) !== from) throw new StaleDraft('saved in another tab');
			const last = await drafts.orderBy('order').last();
			const order = (last?.order ?? 0) + 1;
			await drafts.put({ ...row, order });
			await journal.put(journalRow);
			await journal
				.where('[draftId+rev]')
				.between([row.id, 0], [row.id, row.rev - JOURNAL_LENGTH])
				.delete();
			if (files.added) await chunks.bulkPut([...files.added]);
			if (files.removedAttachmentId) {
				await chunks
					.where('[attachmentId+part]')
					.between(
						[files.removedAttachmentId, Dexie.minKey],
						[files.removedAttachmentId, Dexie.maxKey]
					)
					.delete();
			}
			return order;
		});
	}

	async #proveSaved(
		id: string,
		rev: number,
		content: DraftContent,
		{ added = [], isIntact }: FileChange
	): Promise<void> {
		const row = await this.#database.drafts.get(id);
		// Another tab may have gone on from this very revision: then it was there to be read.
		if (row && row.rev > rev) return;
		const text = row && JSON.stringify(await this.#openJsonOf(row).catch(nullIfDamaged));
		// What is there, not what should be: the next attempt starts from it.
		if (text !== JSON.stringify(content))
			throw new UnsavedDraft('the draft did not read back', row?.rev ?? 0);
		for (const { attachmentId, part, sealed } of added) {
			const chunk = await this.#database.chunks.get([attachmentId, part]);
			if (!chunk || !isSame(chunk.sealed, sealed))
				throw new UnsavedDraft('a file did not read back', rev);
		}
		// The bytes are there; they must also open to the file that was picked.
		if (isIntact && !(await isIntact())) throw new UnsavedDraft('a file did not open', rev);
	}

	/** Drafts and journal as of one moment: a save between two reads would look like damage. */
	#readAtOnce<T>(reads: () => Promise<T>): Promise<T> {
		const { drafts, journal } = this.#database;
		return this.#database.transaction('r', drafts, journal, reads);
	}

	async #withNewest(row: DraftRow): Promise<ReadRow> {
		const newest = await this.#database.journal
			.where('[draftId+rev]')
			.between([row.id, Dexie.minKey], [row.id, Dexie.maxKey])
			.last();
		return { row, newestRev: newest?.rev };
	}

	async #open({ row, newestRev }: ReadRow): Promise<Draft> {
		if (newestRev !== row.rev) throw new DamagedRecord('an older revision was put back');
		const content = parseDraftContent(await this.#openJsonOf(row));
		return { ...content, id: row.id, rev: row.rev, order: row.order };
	}

	#openJsonOf(row: DraftRow): Promise<unknown> {
		return openJson(this.#vault.key, this.#placeOf(row.id, row.rev), row);
	}

	#placeOf(draftId: string, rev: number): Place {
		return [this.#vault.accountRef, draftId, 'draft', rev];
	}

	#journalPlaceOf(draftId: string, rev: number): Place {
		return [this.#vault.accountRef, draftId, 'journal', rev];
	}
}

function nullIfDamaged(error: unknown): null {
	if (error instanceof DamagedRecord || (error instanceof Error && error.name === 'ValiError')) {
		return null;
	}
	throw error;
}

function isSame(a: ArrayBuffer, b: ArrayBuffer): boolean {
	const left = new Uint8Array(a);
	const right = new Uint8Array(b);
	return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
