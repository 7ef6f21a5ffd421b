// Drafts follow their owner from device to device (decision 0046). One run: tell deletions, say what is here, take over
// what others changed, leave what was changed here. Nothing here deletes a draft but its owner's word, sealed by a device.
// Over 250 lines: the steps of one run hand each other what they have seen, and none is used without the others.
import type { Sighting } from '#lib/domain/claims/draft-canary.ts';
import { isSameDraft, mergeDrafts, type MergeableDraft } from '#lib/domain/claims/draft-merge.ts';
import type { Snapshot, SnapshotEntry } from '#lib/domain/claims/draft-snapshot.ts';
import { EDITING, mayEdit } from '#lib/domain/claims/draft.ts';
import { emptyDraftForm, type DraftForm } from '#lib/domain/claims/draft-form.ts';
import type { AttachmentStore } from './attachments.ts';
import { copyDraft } from './copy-draft.ts';
import type { ChunkRow, OfflineDatabase } from './database.ts';
import {
	parseDraftContent,
	type Attachment,
	type Draft,
	type DraftContent
} from './draft.schema.ts';
import type { DraftStore, FileChange } from './drafts.ts';
import { DamagedRecord, openJson, sealJson, type Place } from './sealing.ts';
import { fetchFile, isFileHere, partNamesOf, sendFile } from './sync-files.ts';
import { SyncNotes, type SyncNote } from './sync-notes.ts';
import { sealedOfText, textOfSealed, type SyncWire } from './sync-wire.ts';
import type { Vault } from './vault.ts';
import { withdrawalOf } from './withdrawals.ts';

export type DraftChange = {
	readonly content: DraftContent;
	readonly files: FileChange;
	/** The new form with what was typed since `saved`. */
	readonly join: (saved: DraftForm, typed: DraftForm) => DraftForm;
};

export type SyncParts = {
	readonly database: OfflineDatabase;
	readonly vault: Vault;
	readonly drafts: DraftStore;
	readonly files: AttachmentStore;
	readonly wire: SyncWire;
	/**
	 * Changes a draft where nobody else is changing it: through its open editor, or under its edit
	 * lock. Null when another tab has it open, or when there was nothing to change.
	 */
	readonly change: (
		id: string,
		make: (draft: Draft) => Promise<DraftChange | null>
	) => Promise<Draft | null>;
	/** Whether the session still belongs to the owner of these drafts: nothing leaves for anybody else (F17). */
	readonly isOwnSession: () => Promise<boolean>;
	/** Losses that the owner has read. */
	readonly acknowledged: readonly string[];
};

export type SyncReport = {
	readonly kind: 'done' | 'stopped';
	/** Gone from this device although nobody deleted them. */
	readonly missing: readonly Sighting[];
	/** Brought back or brought here from another device. */
	readonly arrivedIds: readonly string[];
	/** Deleted here, on the word of another device. */
	readonly goneIds: readonly string[];
	/** Changed here while another device deleted or sent it: what stood here is a draft of its own now. */
	readonly keptIds: readonly string[];
	/** When the copy of a draft goes. */
	readonly expiries: Readonly<Record<string, number>>;
	/** Not all drafts or files had room with us. */
	readonly isFull: boolean;
};

const STOPPED: SyncReport = {
	kind: 'stopped',
	missing: [],
	arrivedIds: [],
	goneIds: [],
	keptIds: [],
	expiries: {},
	isFull: false
};

export async function syncDrafts(parts: SyncParts): Promise<SyncReport> {
	return new SyncRun(parts).run();
}

class SyncRun {
	readonly #parts: SyncParts;
	readonly #notes: SyncNotes;
	readonly #arrivedIds: string[] = [];
	readonly #goneIds: string[] = [];
	readonly #keptIds: string[] = [];
	#isFull = false;

	constructor(parts: SyncParts) {
		this.#parts = parts;
		this.#notes = new SyncNotes(parts.database, parts.vault);
	}

	async run(): Promise<SyncReport> {
		if (!(await this.#parts.isOwnSession())) return STOPPED;
		if (!(await this.#tellDeletions())) return STOPPED;
		const rows = await this.#ownRows();
		// Noted before it is said: a draft deleted after this has to be told as deleted.
		for (const { id } of rows) await this.#noteAsKnown(id);
		const answer = await this.#parts.wire.contact({
			drafts: rows.map(({ id, rev }) => ({ id, rev })),
			acknowledged: [...this.#parts.acknowledged]
		});
		if (answer.kind !== 'ok') return STOPPED;
		const { drafts, missing } = answer.value;
		for (const entry of drafts) await this.#takeOver(entry);
		for (const { id, rev } of await this.#ownRows()) await this.#leave(id, rev);
		const live = drafts.filter(({ isDeleted }) => !isDeleted);
		return {
			kind: 'done',
			missing,
			arrivedIds: this.#arrivedIds,
			goneIds: this.#goneIds,
			keptIds: this.#keptIds,
			expiries: Object.fromEntries(live.map(({ id, expiresAtMs }) => [id, expiresAtMs])),
			isFull: this.#isFull
		};
	}

	async #ownRows() {
		const { database, vault } = this.#parts;
		return database.drafts.where({ accountRef: vault.accountRef }).toArray();
	}

	/** A draft that was noted and is here no more was deleted here: nothing else removes one draft alone. */
	async #tellDeletions(): Promise<boolean> {
		const { database, vault, wire } = this.#parts;
		for (const { draftId, withdraws } of await this.#notes.rows()) {
			if (await database.drafts.get(draftId)) continue;
			if (withdraws && withdrawalOf(await wire.withdraw(withdraws)) === 'unknown') return false;
			const word = await sealJson(vault.key, this.#deletionPlaceOf(draftId), { deleted: draftId });
			const answer = await wire.remove(draftId, textOfSealed(word));
			if (answer.kind !== 'ok') return false;
			await this.#notes.forget(draftId);
		}
		return true;
	}

	async #noteAsKnown(draftId: string): Promise<void> {
		if (await this.#parts.database.syncs.get(draftId)) return;
		await this.#notes.keep({ draftId, serverRev: 0, localRev: 0, base: null, sentFileIds: [] });
	}

	async #takeOver(entry: SnapshotEntry): Promise<void> {
		const row = await this.#parts.database.drafts.get(entry.id);
		if (!row) {
			// Known here and not here any more: deleted since this run began. The next one tells it.
			const isKnown = (await this.#parts.database.syncs.get(entry.id)) !== undefined;
			return entry.isDeleted || isKnown ? undefined : this.#bringHere(entry.id);
		}
		const note = await this.#notes.find(entry.id);
		if (entry.isDeleted) return this.#deleteHere(note);
		if (entry.rev > note.serverRev) return this.#join(note);
		await this.#fetchMissingFiles(entry.id);
	}

	async #bringHere(id: string): Promise<void> {
		const found = await this.#open(id);
		if (!found) return;
		const { content, snapshot } = found;
		const { rows } = await this.#fetchFiles(id, content.attachments, snapshot.parts);
		const draft = await this.#parts.drafts.save(id, 0, content, { added: rows });
		await this.#keepNote(draft, snapshot, content, sentIdsOf(content, snapshot));
		this.#arrivedIds.push(id);
	}

	/** The owner's word, sealed by another device: only then is something deleted here (I4). */
	async #deleteHere(note: SyncNote): Promise<void> {
		const { wire, vault, drafts, change } = this.#parts;
		const id = note.draftId;
		const answer = await wire.find(id);
		if (answer.kind !== 'ok' || !answer.value.isDeleted) return;
		const place = this.#deletionPlaceOf(id);
		const word = await openJson(vault.key, place, sealedOfText(answer.value.sealed)).catch(
			nullIfDamaged
		);
		if (word === null) return;
		const draft = await drafts.find(id).catch(nullIfDamaged);
		if (!draft) return;
		if (!mayEdit(draft.state) && draft.state.name !== 'accepted') return;
		const seen = { isFree: false };
		await change(id, async (current) => {
			seen.isFree = true;
			if (mayEdit(current.state) && current.rev !== note.localRev) await this.#copy(current);
			return null;
		});
		if (!seen.isFree) return;
		await drafts.remove(id);
		await this.#notes.forget(id);
		this.#goneIds.push(id);
	}

	async #join(note: SyncNote): Promise<void> {
		const found = await this.#open(note.draftId);
		if (!found) return;
		const { content: theirs, snapshot } = found;
		// Its own, whose answer never came: taken for another device's it would be joined or copied.
		if (note.left && isSameContent(note.left.content, theirs)) {
			const { localRev } = note.left;
			const sentFileIds = sentIdsOf(theirs, snapshot);
			const { draftId } = note;
			return this.#notes.keep({
				draftId,
				serverRev: snapshot.rev,
				localRev,
				base: theirs,
				sentFileIds
			});
		}
		const { rows } = await this.#fetchFiles(note.draftId, theirs.attachments, snapshot.parts);
		// Before the change, so that a copy made in it has its photos; a part that no draft names is dropped later.
		await this.#parts.database.chunks.bulkPut([...rows]);
		const seen = { isSame: false };
		const changed = await this.#parts.change(note.draftId, async (mine) => {
			const next = await this.#joined(mine, note, theirs);
			seen.isSame = next !== null && isSameContent(next, theirs);
			return next && { content: next, files: {}, join: joinTyped(next.form) };
		});
		if (!changed) return;
		await this.#notes.keep({
			draftId: note.draftId,
			serverRev: snapshot.rev,
			localRev: seen.isSame ? changed.rev : 0,
			base: theirs,
			sentFileIds: [...new Set([...note.sentFileIds, ...sentIdsOf(theirs, snapshot)])]
		});
	}

	/** What a draft becomes here, or null while it is on its way to the insurer. */
	async #joined(mine: Draft, note: SyncNote, theirs: DraftContent): Promise<DraftContent | null> {
		const { id: _id, rev: _rev, order: _order, ...content } = mine;
		const isChangedHere = mine.rev !== note.localRev;
		if (theirs.state.name === 'accepted') {
			if (mine.state.name === 'accepted') return theirs;
			const isRefused = mine.state.name === 'attention';
			if (!mayEdit(mine.state) && !isRefused) return null;
			// Sent elsewhere: what was changed here is a draft of its own now, never a second version of that claim.
			if (isChangedHere && !isSameForm(content, theirs)) await this.#copy(mine);
			return theirs;
		}
		if (mine.state.name === 'accepted') {
			// Sent here while another device went on with it: its version is a draft of its own.
			if (!note.base || !isSameForm(note.base, theirs)) await this.#copy({ ...mine, ...theirs });
			return content;
		}
		if (!mayEdit(mine.state)) return null;
		if (!isChangedHere) return theirs;
		const ground = note.base ?? { ...content, form: emptyDraftForm(''), attachments: [] };
		const merged = mergeDrafts(mergeable(ground), mergeable(content), mergeable(theirs));
		return { ...content, ...merged, state: EDITING, savedAtMs: Date.now() };
	}

	async #leave(id: string, rev: number): Promise<void> {
		const note = await this.#notes.find(id);
		if (rev === note.localRev) return this.#sendFiles(id, note);
		const draft = await this.#parts.drafts.find(id).catch(nullIfDamaged);
		if (!draft || (!mayEdit(draft.state) && draft.state.name !== 'accepted')) return;
		const { id: _id, rev: localRev, order: _order, ...rest } = draft;
		// Which picked files are still to come is this device's business alone.
		const content = { ...rest, awaitedFiles: [] };
		const { vault, wire } = this.#parts;
		const sealed = await sealJson(vault.key, this.#placeOf(id, note.serverRev + 1), content);
		await this.#notes.keep({ ...note, left: { localRev, content } });
		const answer = await wire.put(id, note.serverRev, {
			sealed: textOfSealed(sealed),
			fileIds: draft.attachments.map((file) => file.id)
		});
		if (answer.kind === 'refused' && answer.status === 413) this.#isFull = true;
		// 412: another device was faster. The next run takes its change over first.
		if (answer.kind !== 'ok') return;
		const kept = {
			...note,
			serverRev: answer.value.rev,
			localRev,
			base: content,
			left: null
		};
		await this.#notes.keep(kept);
		await this.#sendFiles(id, kept);
	}

	async #sendFiles(id: string, note: SyncNote): Promise<void> {
		const { database, wire } = this.#parts;
		const files = (note.base?.attachments ?? []).filter(
			(file) => !note.sentFileIds.includes(file.id)
		);
		const sent: string[] = [];
		for (const file of files) {
			if (this.#isFull || note.base?.state.name === 'accepted') break;
			const outcome = await sendFile(database, wire, id, file);
			if (outcome === 'full') this.#isFull = true;
			if (outcome === 'all') sent.push(file.id);
		}
		if (sent.length === 0) return;
		await this.#notes.keep({ ...note, sentFileIds: [...note.sentFileIds, ...sent] });
	}

	async #fetchMissingFiles(id: string): Promise<void> {
		const { database, wire, drafts } = this.#parts;
		const note = await this.#notes.find(id);
		const absent: Attachment[] = [];
		for (const file of note.base?.attachments ?? []) {
			if (!(await isFileHere(database, file))) absent.push(file);
		}
		if (absent.length === 0 || !(await drafts.find(id).catch(nullIfDamaged))) return;
		const answer = await wire.find(id);
		if (answer.kind !== 'ok') return;
		const { rows } = await this.#fetchFiles(id, absent, answer.value.parts);
		await database.chunks.bulkPut([...rows]);
	}

	async #fetchFiles(
		id: string,
		files: readonly Attachment[],
		names: readonly string[]
	): Promise<{ readonly rows: readonly ChunkRow[] }> {
		const there = new Set(names);
		const rows: ChunkRow[] = [];
		for (const file of files) {
			if (await isFileHere(this.#parts.database, file)) continue;
			rows.push(...((await fetchFile(this.#parts.wire, id, file, there)) ?? []));
		}
		return { rows };
	}

	async #open(id: string): Promise<{ content: DraftContent; snapshot: Snapshot } | null> {
		const answer = await this.#parts.wire.find(id);
		if (answer.kind !== 'ok' || answer.value.isDeleted) return null;
		const snapshot = answer.value;
		const place = this.#placeOf(id, snapshot.rev);
		const opened = await openJson(
			this.#parts.vault.key,
			place,
			sealedOfText(snapshot.sealed)
		).catch(nullIfDamaged);
		if (opened === null) return null;
		return { content: parseDraftContent(opened), snapshot };
	}

	async #keepNote(
		draft: Draft,
		snapshot: Snapshot,
		base: DraftContent,
		sentFileIds: readonly string[]
	): Promise<void> {
		const { id: draftId, rev: localRev } = draft;
		await this.#notes.keep({ draftId, serverRev: snapshot.rev, localRev, base, sentFileIds });
	}

	async #copy(from: Draft): Promise<void> {
		const id = await copyDraft(this.#parts, from);
		this.#arrivedIds.push(id);
		this.#keptIds.push(id);
	}

	#placeOf(draftId: string, rev: number): Place {
		return [this.#parts.vault.accountRef, draftId, 'snapshot', rev];
	}

	#deletionPlaceOf(draftId: string): Place {
		return [this.#parts.vault.accountRef, draftId, 'deleted'];
	}
}

/** Files that are with the server as a whole: they are not sent there again. */
function sentIdsOf({ attachments }: DraftContent, { parts }: Snapshot): readonly string[] {
	const there = new Set(parts);
	const sent = attachments.filter((file) => partNamesOf(file).every((name) => there.has(name)));
	return sent.map(({ id }) => id);
}

/** Somebody goes on typing while a change arrives: their words stay, and are saved next. */
function joinTyped(form: DraftForm): DraftChange['join'] {
	const partOf = (one: DraftForm) => ({ form: one, attachments: [], conflicts: [] });
	return (saved, typed) => mergeDrafts(partOf(saved), partOf(typed), partOf(form)).form;
}

function mergeable({ form, attachments, conflicts }: DraftContent): MergeableDraft<Attachment> {
	return { form, attachments, conflicts: conflicts ?? [] };
}

function isSameForm(one: DraftContent, other: DraftContent): boolean {
	return isSameDraft({ ...mergeable(one), conflicts: [] }, { ...mergeable(other), conflicts: [] });
}

function isSameContent(one: DraftContent, other: DraftContent): boolean {
	return isSameDraft(mergeable(one), mergeable(other)) && one.state.name === other.state.name;
}

function nullIfDamaged(error: unknown): null {
	if (error instanceof DamagedRecord || (error instanceof Error && error.name === 'ValiError')) {
		return null;
	}
	throw error;
}
