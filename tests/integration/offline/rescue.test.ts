import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { Dexie } from 'dexie/dist/modern/dexie.min.mjs';
import { beforeEach, expect, test } from 'vitest';
import { AttachmentStore } from '#lib/offline/attachments.ts';
import { OfflineDatabase } from '#lib/offline/database.ts';
import type { DraftContent } from '#lib/offline/draft.schema.ts';
import { DraftStore } from '#lib/offline/drafts.ts';
import { newDraft } from '#lib/offline/new-draft.ts';
import { exportDrafts, importDrafts, rescueModeOf } from '#lib/offline/rescue.ts';

const PASSPHRASE = { mode: 'passphrase', passphrase: 'zwölf Möwen im Wind' } as const;
const ACCOUNT = { mode: 'account' } as const;

async function newDevice(rawKey: number) {
	const raw = new Uint8Array(32).fill(rawKey);
	const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
	const vault = { accountRef: `account-${rawKey}`, displayName: 'Zoë', key };
	Dexie.dependencies.indexedDB = new IDBFactory();
	const database = new OfflineDatabase();
	const drafts = new DraftStore(database, vault);
	return { vault, drafts, files: new AttachmentStore(database, vault) };
}

let phone: Awaited<ReturnType<typeof newDevice>>;
let draftId = '';
beforeEach(async () => {
	phone = await newDevice(1);
	const { id, rev: _rev, order: _order, ...content } = newDraft(null);
	draftId = id;
	const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251).buffer;
	const { attachment, rows } = await phone.files.seal(id, crypto.randomUUID(), {
		...{ name: 'bill.jpg', type: 'image/jpeg', bytes, looksEmpty: false, looksBlurred: false },
		thumbnail: new Uint8Array([1, 2, 3]).buffer
	});
	const form = { ...content.form, diagnosis: 'MARKER-diagnosis' };
	await phone.drafts.save(id, 0, { ...content, form, attachments: [attachment] }, { added: rows });
});

const contentOf = async (device: typeof phone): Promise<DraftContent> => {
	const draft = await device.drafts.find(draftId);
	if (!draft) throw new Error('the draft is not here');
	const { id: _id, rev: _rev, order: _order, ...content } = draft;
	return content;
};

test('a draft with its photo goes by passphrase to a device of another key, under the same id', async () => {
	const file = await exportDrafts(phone, PASSPHRASE);
	expect(rescueModeOf(file)).toBe('passphrase');
	const laptop = await newDevice(2);
	expect(await importDrafts(laptop, file, PASSPHRASE)).toEqual({ addedCount: 1, joinedCount: 0 });
	expect(await contentOf(laptop)).toEqual(await contentOf(phone));
	const [photo] = (await contentOf(laptop)).attachments;
	if (!photo) throw new Error('no photo');
	expect(await laptop.files.isIntact(draftId, photo)).toBe(true);
	expect(await laptop.files.readThumbnail(draftId, photo)).not.toBeNull();
	// Twice changes nothing.
	expect(await importDrafts(laptop, file, PASSPHRASE)).toEqual({ addedCount: 0, joinedCount: 0 });
});

test('a file under the key of the account opens for that account alone', async () => {
	const file = await exportDrafts(phone, ACCOUNT);
	const own = await newDevice(1);
	const other = await newDevice(2);
	expect(await importDrafts(other, file, ACCOUNT)).toBe('wrong-key');
	expect((await other.drafts.list()).drafts).toEqual([]);
	Dexie.dependencies.indexedDB = new IDBFactory();
	expect(await importDrafts(own, file, ACCOUNT)).toEqual({ addedCount: 1, joinedCount: 0 });
});

test('what is on the device is not overwritten: both values are kept', async () => {
	const file = await exportDrafts(phone, ACCOUNT);
	const mine = await contentOf(phone);
	const form = { ...mine.form, diagnosis: 'Grippe', note: 'newer' };
	await phone.drafts.save(draftId, 1, { ...mine, form });
	expect(await importDrafts(phone, file, ACCOUNT)).toEqual({ addedCount: 0, joinedCount: 1 });
	expect(await contentOf(phone)).toMatchObject({
		form: { diagnosis: 'Grippe', note: 'newer' },
		conflicts: [{ field: 'diagnosis', theirs: 'MARKER-diagnosis' }]
	});
});

test('after its header a file looks like random bytes, and no two are alike', async () => {
	const file = await exportDrafts(phone, PASSPHRASE);
	const again = await exportDrafts(phone, PASSPHRASE);
	const body = file.subarray(28);
	expect(Buffer.from(file).toString('latin1')).not.toContain('MARKER');
	const counts = new Array<number>(256).fill(0);
	for (const byte of body) counts[byte] = (counts[byte] ?? 0) + 1;
	const mean = body.length / 256;
	const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
	// 255 degrees of freedom: beyond 400 is one in a hundred million.
	expect(chiSquare).toBeLessThan(400);
	const sameBytes = body.reduce((sum, byte, at) => sum + (byte === again[28 + at] ? 1 : 0), 0);
	expect(sameBytes / body.length).toBeLessThan(0.01);
});

test('a wrong passphrase, a damaged, cut or foreign file is told, and nothing is taken from it', async () => {
	const file = await exportDrafts(phone, PASSPHRASE);
	const laptop = await newDevice(2);
	const wrong = { mode: 'passphrase', passphrase: 'elf Möwen im Wind' } as const;
	expect(await importDrafts(laptop, file, wrong)).toBe('wrong-key');
	for (const at of [12, 20, 30, 1000, file.length - 1]) {
		const damaged = file.slice();
		damaged[at] = (damaged[at] ?? 0) ^ 1;
		expect(await importDrafts(laptop, damaged, PASSPHRASE), `byte ${at}`).toBe('wrong-key');
	}
	expect(await importDrafts(laptop, file.slice(0, 5000), PASSPHRASE)).toBe('wrong-key');
	expect(await importDrafts(laptop, file.slice(0, 20), PASSPHRASE)).toBe('wrong-key');
	expect(await importDrafts(laptop, new TextEncoder().encode('%PDF-1.7'), PASSPHRASE)).toBe(
		'not-ours'
	);
	expect(await importDrafts(laptop, file, ACCOUNT)).toBe('not-ours');
	expect((await laptop.drafts.list()).drafts).toEqual([]);
}, 30_000);
