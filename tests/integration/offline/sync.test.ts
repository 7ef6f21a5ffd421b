import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { Dexie } from 'dexie/dist/modern/dexie.min.mjs';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { DraftForm } from '#lib/domain/claims/draft-form.ts';
import type { DraftState } from '#lib/domain/claims/draft.ts';
import { AttachmentStore } from '#lib/offline/attachments.ts';
import { OfflineDatabase } from '#lib/offline/database.ts';
import type { Draft } from '#lib/offline/draft.schema.ts';
import { DraftStore } from '#lib/offline/drafts.ts';
import { newDraft } from '#lib/offline/new-draft.ts';
import { syncDrafts, type SyncReport } from '#lib/offline/sync.ts';
import { sealedOfText, textOfSealed } from '#lib/offline/sync-wire.ts';
import { sealJson } from '#lib/offline/sealing.ts';
import { FakeCopies, refused } from './fake-copies.ts';

const RAW_KEY = new Uint8Array(32).fill(7);
const ACCOUNT = 'account';

/** A browser with storage of its own; every device of the account has the same key. */
async function newDevice(server: FakeCopies, name: string) {
	const key = await crypto.subtle.importKey('raw', RAW_KEY, 'AES-GCM', false, [
		'encrypt',
		'decrypt'
	]);
	const vault = { accountRef: ACCOUNT, displayName: 'Zoë', key };
	Dexie.dependencies.indexedDB = new IDBFactory();
	let database = new OfflineDatabase();
	let drafts = new DraftStore(database, vault);
	let files = new AttachmentStore(database, vault);
	const device = {
		key,
		acknowledged: [] as string[],
		isSignedIn: true,
		get database() {
			return database;
		},
		get drafts() {
			return drafts;
		},
		get files() {
			return files;
		},
		sync: (): Promise<SyncReport> =>
			syncDrafts({
				...{ database, vault, drafts, files },
				wire: server.wireOf(name),
				acknowledged: device.acknowledged,
				isOwnSession: () => Promise.resolve(device.isSignedIn),
				change: async (id, make) => {
					const draft = await drafts.find(id);
					const change = draft && (await make(draft));
					return change ? drafts.save(id, draft.rev, change.content, change.files) : null;
				}
			}),
		begin: async (form: Partial<DraftForm> = {}): Promise<string> => {
			const { id, rev: _rev, order: _order, ...content } = newDraft(null);
			await drafts.save(id, 0, { ...content, form: { ...content.form, ...form } });
			return id;
		},
		edit: async (id: string, form: Partial<DraftForm>, state?: DraftState): Promise<void> => {
			const { rev, order: _order, id: _id, ...content } = await device.get(id);
			const next = { ...content, form: { ...content.form, ...form } };
			await drafts.save(id, rev, state ? { ...next, state } : next);
		},
		get: async (id: string): Promise<Draft> => {
			const draft = await drafts.find(id);
			if (!draft) throw new Error('the draft is not on this device');
			return draft;
		},
		ids: async () => (await drafts.list()).drafts.map(({ id }) => id).toSorted(),
		/** What a browser does that runs short of space. */
		wipe: () => {
			Dexie.dependencies.indexedDB = new IDBFactory();
			database = new OfflineDatabase();
			drafts = new DraftStore(database, vault);
			files = new AttachmentStore(database, vault);
		}
	};
	return device;
}

let server: FakeCopies;
let phone: Awaited<ReturnType<typeof newDevice>>;
let laptop: Awaited<ReturnType<typeof newDevice>>;
beforeEach(async () => {
	server = new FakeCopies();
	phone = await newDevice(server, 'phone');
	laptop = await newDevice(server, 'laptop');
});

const photo = (size: number) => ({
	name: 'bill.jpg',
	type: 'image/jpeg' as const,
	bytes: Uint8Array.from({ length: size }, (_, index) => index % 251).buffer,
	thumbnail: new Uint8Array([1, 2, 3]).buffer,
	looksEmpty: false,
	looksBlurred: false
});

async function addPhoto(id: string, size = 300_000): Promise<string> {
	const { rev, order: _order, id: _id, ...content } = await phone.get(id);
	const { attachment, rows } = await phone.files.seal(id, crypto.randomUUID(), photo(size));
	const attachments = [...content.attachments, attachment];
	await phone.drafts.save(id, rev, { ...content, attachments }, { added: rows });
	return attachment.id;
}

test('a draft with its photo goes to the other device, and no word of it to the server', async () => {
	const id = await phone.begin({ diagnosis: 'MARKER-diagnosis' });
	await addPhoto(id);
	await phone.sync();
	expect(await laptop.sync()).toMatchObject({ kind: 'done', arrivedIds: [id] });
	const draft = await laptop.get(id);
	expect(draft.form.diagnosis).toBe('MARKER-diagnosis');
	const [file] = draft.attachments;
	if (!file) throw new Error('no photo');
	expect(await laptop.files.isIntact(id, file)).toBe(true);
	expect(await laptop.files.readThumbnail(id, file)).not.toBeNull();
	const kept = [...server.copies.values()].map(({ sealed, parts }) => [sealed, ...parts.values()]);
	for (const text of kept.flat()) {
		expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain('MARKER');
	}
	expect(server.requests.filter((request) => request.startsWith('putPart'))).toHaveLength(3);
	// At rest nothing travels but the contact.
	server.requests.length = 0;
	await laptop.sync();
	await phone.sync();
	expect(server.requests).toEqual(['contact', 'contact']);
});

test('failure 30: changes of both devices are joined; the same field twice is kept twice', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await phone.sync();
	await laptop.sync();
	await phone.edit(id, { note: 'from the phone', country: 'NO' });
	await laptop.edit(id, { diagnosis: 'Grippe', country: 'SE' });
	await phone.sync();
	await laptop.sync();
	await phone.sync();
	for (const device of [phone, laptop]) {
		const draft = await device.get(id);
		expect(draft.form).toMatchObject({ note: 'from the phone', diagnosis: 'Grippe' });
		expect(draft.form.country).toBe('SE');
		expect(draft.conflicts).toEqual([{ field: 'country', theirs: 'NO' }]);
	}
});

test('a device that was overtaken in the middle of a run loses nothing', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await phone.sync();
	await laptop.sync();
	await phone.edit(id, { note: 'first' });
	await laptop.edit(id, { country: 'SE' });
	server.instead = (request) => (request.startsWith('put') ? refused(412) : null);
	await laptop.sync();
	server.instead = null;
	await phone.sync();
	await laptop.sync();
	expect((await laptop.get(id)).form).toMatchObject({ note: 'first', country: 'SE' });
});

test('deleting reaches every device, and the word of it is sealed by one of them', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await phone.sync();
	await laptop.sync();
	await phone.drafts.remove(id);
	await phone.sync();
	expect(await laptop.sync()).toMatchObject({ goneIds: [id] });
	expect(await laptop.ids()).toEqual([]);
	expect((await laptop.sync()).missing).toEqual([]);
});

test('a draft that is deleted in the middle of a run is not brought back', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await phone.sync();
	server.meanwhile = async (request) => {
		if (request === 'contact') await phone.drafts.remove(id);
	};
	await phone.sync();
	server.meanwhile = null;
	expect(await phone.ids()).toEqual([]);
	await phone.sync();
	expect(server.copies.get(id)?.isDeleted).toBe(true);
});

test('what was changed here while it was deleted elsewhere stays, as a new draft', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await addPhoto(id);
	await phone.sync();
	await laptop.sync();
	await laptop.drafts.remove(id);
	await laptop.sync();
	await phone.edit(id, { note: 'still writing' });
	const report = await phone.sync();
	const [copyId = ''] = await phone.ids();
	expect(report.keptIds).toEqual([copyId]);
	expect(copyId).not.toBe(id);
	const copy = await phone.get(copyId);
	expect(copy.form).toMatchObject({ diagnosis: 'Angina', note: 'still writing' });
	const [file] = copy.attachments;
	expect(file && (await phone.files.isIntact(copyId, file))).toBe(true);
});

test('failure 19: no answer of the server deletes a draft, neither a refusal nor a faked deletion', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await phone.sync();
	for (const status of [401, 403, 404, 410, 412, 413, 500]) {
		await phone.edit(id, { note: `after ${status}` });
		for (const what of ['contact', 'find', 'put', 'putPart', '']) {
			server.instead = (request) => (request.startsWith(what) ? refused(status) : null);
			await phone.sync();
			expect(await phone.ids()).toEqual([id]);
		}
	}
	server.instead = null;
	const foreign = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
		'encrypt'
	]);
	const copy = server.copies.get(id);
	if (!copy) throw new Error('no copy');
	const place = [ACCOUNT, id, 'deleted'];
	const elsewhere = [ACCOUNT, crypto.randomUUID(), 'deleted'];
	for (const word of [
		copy.sealed,
		textOfSealed(await sealJson(foreign, place, { deleted: id })),
		// The owner's true word, but for another draft.
		textOfSealed(await sealJson(phone.key, elsewhere, { deleted: id }))
	]) {
		server.copies.set(id, { ...copy, rev: 9, isDeleted: true, sealed: word });
		await phone.sync();
		expect(await phone.ids()).toEqual([id]);
	}
	server.copies.clear();
	await phone.sync();
	expect(await phone.ids()).toEqual([id]);
});

test('an older copy put back over a newer one is not taken', async () => {
	const id = await phone.begin({ diagnosis: 'old' });
	await phone.sync();
	const old = server.copies.get(id)?.sealed ?? '';
	await phone.edit(id, { diagnosis: 'new' });
	await phone.sync();
	server.copies.set(id, { rev: 9, isDeleted: false, sealed: old, parts: new Map() });
	await phone.sync();
	expect((await phone.get(id)).form.diagnosis).toBe('new');
	expect(sealedOfText(old).iv.byteLength).toBe(12);
});

const sent = (id: string): DraftState => ({
	name: 'accepted',
	frozen: {
		submissionId: crypto.randomUUID(),
		manifestHash: 'h',
		submission: { draftId: id } as never
	},
	receipt: {
		claimId: 'c',
		claimNumber: 'S-1',
		receivedAtMs: 1,
		manifestHash: 'h',
		files: []
	} as never
});

test('failure 6, fault 14: sent on one device it is received on the other, whose own changes become a new draft', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await phone.sync();
	await laptop.sync();
	await laptop.edit(id, { note: 'not seen by the phone' });
	await phone.edit(id, {}, sent(id));
	await phone.sync();
	await laptop.sync();
	expect((await laptop.get(id)).state.name).toBe('accepted');
	const copyId = (await laptop.ids()).find((one) => one !== id) ?? '';
	const copy = await laptop.get(copyId);
	expect(copy.state.name).toBe('editing');
	expect(copy.form).toMatchObject({ note: 'not seen by the phone', isDeclaredTrue: false });
	// Nothing changed there: no copy.
	await phone.sync();
	expect(await phone.ids()).toEqual([id, copyId].toSorted());
});

test('a copy whose answer was lost is known as its own: nothing is joined and nothing copied', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	server.isLost = (request) => request.startsWith('put ');
	await phone.sync();
	await phone.edit(id, { diagnosis: 'Angina tonsillaris' });
	await phone.sync();
	server.isLost = null;
	await phone.sync();
	const typed = await phone.get(id);
	expect(typed.form.diagnosis).toBe('Angina tonsillaris');
	expect(typed.conflicts ?? []).toEqual([]);

	await phone.edit(id, { note: 'with a last word' });
	server.isLost = (request) => request.startsWith('put ');
	await phone.sync();
	await phone.edit(id, { note: 'with the very last word' }, sent(id));
	server.isLost = null;
	await phone.sync();
	expect(await phone.ids()).toEqual([id]);
});

test('failure 17: with somebody else signed in nothing of the drafts leaves the device', async () => {
	await phone.begin({ diagnosis: 'Angina' });
	phone.isSignedIn = false;
	expect(await phone.sync()).toMatchObject({ kind: 'stopped' });
	expect(server.requests).toEqual([]);
});

test('a claim on its way to the insurer is left alone', async () => {
	const id = await phone.begin({ diagnosis: 'Angina' });
	await phone.sync();
	await laptop.sync();
	await laptop.edit(id, { diagnosis: 'Grippe' });
	await laptop.sync();
	const frozen = { submissionId: 's', manifestHash: 'h', submission: {} as never };
	await phone.edit(id, {}, { name: 'uploading', frozen, completeCount: 0 });
	await phone.sync();
	expect(await phone.get(id)).toMatchObject({
		form: { diagnosis: 'Angina' },
		state: { name: 'uploading' }
	});
});

test('failure 18, fault 24: after the browser has cleared its storage the drafts come back, and their owner is told', async () => {
	const kept = await phone.begin({ diagnosis: 'Angina' });
	await addPhoto(kept);
	await phone.sync();
	server.instead = (request) => (request.startsWith('put') ? refused(413) : null);
	const unsent = await phone.begin({ diagnosis: 'never left' });
	expect(await phone.sync()).toMatchObject({ isFull: true });
	server.instead = null;
	phone.wipe();
	const report = await phone.sync();
	expect(report.missing.map(({ id }) => id).toSorted()).toEqual([kept, unsent].toSorted());
	expect(report.arrivedIds).toEqual([kept]);
	expect(report.keptIds).toEqual([]);
	const draft = await phone.get(kept);
	const [file] = draft.attachments;
	expect(file && (await phone.files.isIntact(kept, file))).toBe(true);
	expect((await phone.sync()).missing.map(({ id }) => id)).toEqual([unsent]);
	phone.acknowledged = [unsent];
	expect((await phone.sync()).missing).toEqual([]);
});

test('no false alarm and no lost draft, whatever two devices and a bad network do', async () => {
	const step = fc.record({
		device: fc.constantFrom('phone', 'laptop'),
		act: fc.constantFrom('begin', 'edit', 'delete', 'sync', 'sync', 'bad-sync'),
		which: fc.nat(3)
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
			const own = new FakeCopies();
			const devices = {
				phone: await newDevice(own, 'phone'),
				laptop: await newDevice(own, 'laptop')
			};
			let count = 0;
			const typed = new Map<string, string>();
			const run = async (name: 'phone' | 'laptop') => {
				const report = await devices[name].sync();
				expect(report.missing).toEqual([]);
			};
			for (const { device, act, which } of steps) {
				const here = devices[device];
				const id = (await here.ids())[which];
				if (act === 'begin') typed.set(await here.begin({ diagnosis: 'x' }), '');
				if (act === 'edit' && id) {
					count += 1;
					await here.edit(id, { note: `note ${count}` });
				}
				if (act === 'delete' && id) {
					await here.drafts.remove(id);
					typed.delete(id);
				}
				if (act === 'sync') await run(device);
				if (act === 'bad-sync') {
					let left = which;
					own.instead = () => (left-- > 0 ? null : { kind: 'offline' });
					await run(device);
					own.instead = null;
				}
			}
			for (let round = 0; round < 3; round++) {
				await run('phone');
				await run('laptop');
			}
			expect(await devices.phone.ids()).toEqual(await devices.laptop.ids());
			for (const id of typed.keys()) expect(await devices.phone.ids()).toContain(id);
		}),
		{ numRuns: 200 }
	);
}, 60_000);
