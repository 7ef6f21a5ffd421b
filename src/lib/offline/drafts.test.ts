import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newDraft } from './new-draft.ts';
import { AttachmentStore } from './attachments.ts';
import { OfflineDatabase } from './database.ts';
import { DraftStore, UnsavedDraft } from './drafts.ts';
import { importVaultKey } from './sealing.ts';
import type { Draft } from './draft.schema.ts';

const EDITS = 2_000;
const PHOTOS = 60;

let database: OfflineDatabase;
let drafts: DraftStore;
let files: AttachmentStore;
const put = IDBObjectStore.prototype.put;

beforeEach(async () => {
	database = new OfflineDatabase();
	const key = await importVaultKey(new Uint8Array(32));
	const vault = { accountRef: 'account', displayName: 'Ana', key };
	drafts = new DraftStore(database, vault);
	files = new AttachmentStore(database, vault);
});
afterEach(async () => {
	IDBObjectStore.prototype.put = put;
	await database.delete();
});

/** A medium that takes a write, says that all is well, and does something else. */
function lie(store: string, every: number, change: (value: unknown) => unknown): () => number {
	let calls = 0;
	let lies = 0;
	IDBObjectStore.prototype.put = function (value: unknown, ...rest) {
		calls += 1;
		if (this.name !== store || calls % every !== 0) return put.call(this, value, ...rest);
		lies += 1;
		const changed = change(value);
		// Any request that succeeds will do: nobody looks at the key it answers.
		const dropped = () => this.count() as unknown as IDBRequest<IDBValidKey>;
		return changed === null ? dropped() : put.call(this, changed, ...rest);
	};
	return () => lies;
}

const contentOf = ({ id: _id, rev: _rev, order: _order, ...content }: Draft) => content;

describe('what is called saved (idea 1)', () => {
	it('can be read back, on a store that drops one write in a hundred without a word', async () => {
		const lies = lie('drafts', 97, () => null);
		let draft = newDraft([]);
		let refused = 0;
		for (let edit = 0; edit < EDITS; edit++) {
			const form = { ...draft.form, note: `Fassung ${edit}` };
			try {
				draft = await drafts.save(draft.id, draft.rev, { ...contentOf(draft), form });
				expect((await drafts.find(draft.id))?.form.note).toBe(form.note);
			} catch (error) {
				if (!(error instanceof UnsavedDraft)) throw error;
				refused += 1;
				// As the editor does: the same words once more, from what the device holds.
				draft = { ...draft, rev: error.rev };
			}
		}
		expect(lies()).toBeGreaterThan(EDITS / 110);
		expect(refused).toBe(lies());
	}, 60_000);

	it('opens, where a photo is concerned: one that was written wrong is not called saved', async () => {
		const flip = (value: unknown) => {
			const row = value as { sealed: ArrayBuffer };
			const bytes = new Uint8Array(row.sealed.slice(0));
			bytes[0] = (bytes[0] ?? 0) ^ 1;
			return { ...row, sealed: bytes.buffer };
		};
		const lies = lie('chunks', 7, flip);
		const draft = newDraft([]);
		let rev = 0;
		let refused = 0;
		for (let photo = 0; photo < PHOTOS; photo++) {
			const bytes = new Uint8Array(1000).fill(photo).buffer;
			const picked = { name: 'a.jpg', type: 'image/jpeg' as const, bytes, thumbnail: null };
			const sealed = await files.seal(draft.id, `photo-${photo}`, {
				...picked,
				...{ looksEmpty: false, looksBlurred: false }
			});
			const { attachment, rows: added } = sealed;
			const isIntact = () => files.isIntact(draft.id, attachment);
			try {
				const change = { added, isIntact };
				({ rev } = await drafts.save(draft.id, rev, contentOf(draft), change));
				expect(await isIntact()).toBe(true);
			} catch (error) {
				if (!(error instanceof UnsavedDraft)) throw error;
				refused += 1;
				({ rev } = error);
			}
		}
		expect(lies()).toBeGreaterThan(5);
		expect(refused).toBe(lies());
	});
});

describe('a list that is read while somebody types', () => {
	it('holds the draft, in one of its revisions, and calls nothing damaged', async () => {
		let draft = await drafts.save(newDraft([]).id, 0, contentOf(newDraft([])));
		for (let edit = 0; edit < 50; edit++) {
			const saving = drafts.save(draft.id, draft.rev, contentOf(draft));
			// Each time a little later: one of them falls between the steps of the save.
			for (let turn = 0; turn < edit; turn++) await new Promise(setImmediate);
			const [listed, found] = await Promise.all([drafts.list(), drafts.find(draft.id)]);
			expect(listed.damagedIds).toEqual([]);
			expect(listed.drafts.map(({ id }) => id)).toEqual([draft.id]);
			expect(found?.id).toBe(draft.id);
			draft = await saving;
		}
	});
});
