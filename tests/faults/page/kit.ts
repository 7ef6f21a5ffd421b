// Runs in the page, with the room's own code: what lies on the device is read and written as the portal does it.
import { NO_CIRCUMSTANCES } from '#lib/domain/claims/circumstances.ts';
import { emptyDraftForm, type DraftForm } from '#lib/domain/claims/draft-form.ts';
import { EDITING } from '#lib/domain/claims/draft.ts';
import { AttachmentStore } from '#lib/offline/attachments.ts';
import { OfflineDatabase } from '#lib/offline/database.ts';
import { DraftStore } from '#lib/offline/drafts.ts';
import { askPasskey, newSalts } from '#lib/offline/passkey.ts';
import { protectByPasskey, protectByPassphrase, protectByPin } from '#lib/offline/protect.ts';
import { base64urlOf } from '#lib/offline/sealing.ts';
import {
	fetchVault,
	findStoredVault,
	setStaysOpen,
	withBytes,
	type Vault
} from '#lib/offline/vault.ts';
import { wire } from '#lib/offline/wire.ts';
import type { DeviceDraft, DraftSpec, Kit } from './kit-types.ts';

const SMALL_PHOTO_BYTES = 100_000;

async function withStores<T>(
	act: (stores: {
		readonly database: OfflineDatabase;
		readonly vault: Vault;
		readonly drafts: DraftStore;
		readonly files: AttachmentStore;
	}) => Promise<T>
): Promise<T> {
	const database = new OfflineDatabase();
	try {
		const vault = (await findStoredVault(database)) ?? (await keepVault(database));
		if (!vault) throw new Error('there is no key for this device');
		return await act({
			database,
			vault,
			drafts: new DraftStore(database, vault),
			files: new AttachmentStore(database, vault)
		});
	} finally {
		database.close();
	}
}

/** A device whose owner wants the drafts open until they sign out: what comes next is often without network. */
async function keepVault(database: OfflineDatabase): Promise<Vault | null> {
	const session = await wire.session();
	if (session.kind !== 'ok') return null;
	const fetched = await fetchVault(database, wire, session.value, () => true);
	if (fetched.kind !== 'open') return null;
	await setStaysOpen(database, fetched.vault, true);
	return fetched.vault;
}

async function withDatabase<T>(act: (database: OfflineDatabase) => Promise<T>): Promise<T> {
	const database = new OfflineDatabase();
	try {
		return await act(database);
	} finally {
		database.close();
	}
}

/** A passkey of the authenticator of this page that answers to salts; its credential id. */
async function newPasskey(): Promise<string> {
	const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
	const credential = await navigator.credentials.create({
		publicKey: {
			challenge: random(32),
			rp: { name: 'Kundenportal' },
			user: { id: random(16), name: 'fault', displayName: 'fault' },
			pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
			authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
			extensions: { prf: {} }
		}
	});
	if (!credential) throw new Error('there is no passkey');
	return credential.id;
}

/** What stands before the picture data of a JPEG: start, JFIF, frame of 40 by 30, scan. */
const JPEG_HEAD = [
	...[0xff, 0xd8],
	...[0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
	...[0xff, 0xc0, 0, 11, 8, 0, 30, 0, 40, 1, 1, 17, 0],
	...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]
];
const JPEG_END = [0xff, 0xd9];

/** A JPEG by its structure, with the marker in clear at many places. */
function photoBytes(sizeBytes: number, seed: number, marker: string): ArrayBuffer {
	const bytes = new Uint8Array(sizeBytes);
	for (let at = 0; at < sizeBytes; at++) bytes[at] = (at * 31 + seed * 7) % 251;
	const text = new TextEncoder().encode(marker);
	for (let at = 64; at + text.length < sizeBytes; at += 8192) bytes.set(text, at);
	bytes.set(JPEG_HEAD);
	bytes.set(JPEG_END, sizeBytes - JPEG_END.length);
	return bytes.buffer;
}

function formOf(spec: DraftSpec): DraftForm {
	const form = emptyDraftForm(crypto.randomUUID());
	const [invoice] = form.invoices;
	return {
		...form,
		contractId: spec.contractId,
		insuredPersonId: spec.insuredPersonId,
		cause: 'illness',
		diagnosis: spec.marker,
		firstTreatmentOn: '2026-11-02',
		country: 'NO',
		hasOtherInsurance: 'no',
		treatedBefore: 'no',
		note: spec.marker,
		invoices: invoice
			? [
					{
						...invoice,
						issuer: 'Legevakten',
						invoiceDate: '2026-11-03',
						treatmentFrom: '2026-11-02',
						amount: '84,50',
						kind: 'outpatient',
						isPaid: 'yes'
					}
				]
			: [],
		isDeclaredTrue: true
	};
}

const kit: Kit = {
	seed: (spec) =>
		withStores(async ({ drafts, files }) => {
			const id = spec.draftId ?? crypto.randomUUID();
			const sealed = [];
			for (const [index, sizeBytes] of spec.photoBytes.entries()) {
				const name = `${spec.marker}-${index + 1}.jpg`;
				const bytes = photoBytes(sizeBytes, index + 1, spec.marker);
				const file = {
					name,
					type: 'image/jpeg' as const,
					bytes,
					thumbnail: null,
					looksEmpty: false,
					looksBlurred: false
				};
				sealed.push(await files.seal(id, crypto.randomUUID(), file));
			}
			const now = Date.now();
			const draft = await drafts.save(
				id,
				0,
				{
					schema: 1,
					form: formOf(spec),
					attachments: sealed.map(({ attachment }) => attachment),
					awaitedFiles: [],
					state: EDITING,
					step: 'check',
					createdAtMs: now,
					savedAtMs: now
				},
				{ added: sealed.flatMap(({ rows }) => rows) }
			);
			return draft.id;
		}),

	seedOldest: (spec) =>
		withStores(async ({ drafts, files }) => {
			const id = crypto.randomUUID();
			const sealed = [];
			for (const [index, sizeBytes] of spec.photoBytes.entries()) {
				const bytes = photoBytes(sizeBytes, index + 1, spec.marker);
				const name = `${spec.marker}.jpg`;
				const file = {
					name,
					type: 'image/jpeg' as const,
					bytes,
					thumbnail: null,
					looksEmpty: false,
					looksBlurred: false
				};
				sealed.push(await files.seal(id, crypto.randomUUID(), file));
			}
			const { note: _note, isDeclaredTrue: _declared, invoices, ...fields } = formOf(spec);
			const kept = Object.entries(fields).filter(([name]) => !(name in NO_CIRCUMSTANCES));
			const form = {
				...Object.fromEntries(kept),
				invoices: invoices.map(({ kind: _kind, ...invoice }) => invoice)
			};
			const attachments = sealed.map(
				({ attachment: { looksEmpty: _empty, looksBlurred: _blurred, ...old } }) => old
			);
			// As the first release wrote it: what was added later is not there.
			const oldest = { schema: 1, form, attachments, state: EDITING, createdAtMs: 1, savedAtMs: 1 };
			const content = JSON.parse(JSON.stringify(oldest)) as Parameters<DraftStore['save']>[2];
			await drafts.save(id, 0, content, { added: sealed.flatMap(({ rows }) => rows) });
			return id;
		}),

	read: () =>
		withStores(async ({ drafts, files }) => {
			const list = await drafts.list();
			const read: DeviceDraft[] = [];
			for (const draft of list.drafts) {
				const intact = await Promise.all(
					draft.attachments.map((attachment) => files.isIntact(draft.id, attachment))
				);
				read.push({
					...{ id: draft.id, form: draft.form, state: draft.state, step: draft.step },
					files: draft.attachments.map(({ id, name, sizeBytes, sha256 }, index) => ({
						...{ id, name, sizeBytes, sha256 },
						isIntact: intact[index] ?? false
					}))
				});
			}
			return { drafts: read, damagedIds: list.damagedIds, lockedCount: list.lockedCount };
		}),

	seedMany: (spec, count, photosEach) =>
		withStores(async ({ drafts, files }) => {
			for (let number = 0; number < count; number++) {
				const id = crypto.randomUUID();
				const sealed = [];
				for (let photo = 0; photo < photosEach; photo++) {
					const bytes = photoBytes(SMALL_PHOTO_BYTES, photo, spec.marker);
					const file = { name: 'a.jpg', type: 'image/jpeg' as const, bytes, thumbnail: null };
					sealed.push(
						await files.seal(id, crypto.randomUUID(), {
							...file,
							looksEmpty: false,
							looksBlurred: false
						})
					);
				}
				const now = Date.now();
				await drafts.save(
					id,
					0,
					{
						...{ schema: 1, form: formOf(spec), state: EDITING, step: 'person' },
						...{ createdAtMs: now, savedAtMs: now },
						attachments: sealed.map(({ attachment }) => attachment),
						awaitedFiles: []
					},
					{ added: sealed.flatMap(({ rows }) => rows) }
				);
			}
		}),

	timeSaves: (times) =>
		withStores(async ({ drafts }) => {
			let [draft] = (await drafts.list()).drafts;
			const tookMs: number[] = [];
			for (let time = 0; time < times && draft; time++) {
				const { id, rev, order: _order, ...content } = draft;
				const form = { ...content.form, note: `Fassung ${time}` };
				const startedAtMs = performance.now();
				draft = await drafts.save(id, rev, { ...content, form });
				tookMs.push(performance.now() - startedAtMs);
			}
			return tookMs;
		}),

	timeEncryption: (sizeBytes) =>
		withStores(async ({ files }) => {
			const bytes = photoBytes(sizeBytes, 1, 'x');
			const file = { name: 'a.jpg', type: 'image/jpeg' as const, bytes, thumbnail: null };
			const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
				'encrypt'
			]);
			const iv = crypto.getRandomValues(new Uint8Array(12));
			const rawStartedAtMs = performance.now();
			await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes);
			const rawMs = performance.now() - rawStartedAtMs;
			const startedAtMs = performance.now();
			await files.seal('d', 'a', { ...file, looksEmpty: false, looksBlurred: false });
			return { rawMs, roomMs: performance.now() - startedAtMs };
		}),

	timeList: (times) =>
		withStores(async ({ drafts }) => {
			const tookMs: number[] = [];
			for (let time = 0; time < times; time++) {
				const startedAtMs = performance.now();
				await drafts.list();
				tookMs.push(performance.now() - startedAtMs);
			}
			return tookMs;
		}),

	protect: ({ passphrase, pin, hasPasskey }) =>
		withStores(async ({ database, vault }) => {
			const answer = await wire.vault({ mayCreate: false });
			if (answer.kind !== 'ok') throw new Error('the key does not come');
			await setStaysOpen(database, vault, false);
			const { accountRef } = vault;
			const asked = hasPasskey ? await askPasskey(newSalts([await newPasskey()])) : null;
			if (asked && asked.kind !== 'answered') throw new Error(`the passkey is ${asked.kind}`);
			await withBytes(answer.value.vaultKey, async (bytes) => {
				if (asked) await protectByPasskey(database, accountRef, bytes, asked);
				if (passphrase) await protectByPassphrase(database, accountRef, bytes, passphrase);
				if (pin) await protectByPin(database, accountRef, bytes, pin);
			});
		}),

	envelopes: () =>
		withDatabase(async ({ envelopes }) =>
			(await envelopes.toArray()).map(({ kind, isBroken, sealed }) => ({
				...{ kind, isBroken },
				sealed: base64urlOf(new Uint8Array(sealed))
			}))
		),

	dropEnvelope: (kind) =>
		withDatabase(async ({ envelopes }) => {
			await envelopes.filter((row) => row.kind === kind).delete();
		}),

	guesses: () => withDatabase(async ({ guesses }) => (await guesses.get('passphrase'))?.count ?? 0),

	dropKeys: () => withDatabase(({ keys }) => keys.clear()),

	countShared: () => withDatabase(({ inbox }) => inbox.count()),

	countSealed: async () => {
		const database = new OfflineDatabase();
		try {
			return { drafts: await database.drafts.count(), chunks: await database.chunks.count() };
		} finally {
			database.close();
		}
	},

	flipBit: async (attachmentId) => {
		const database = new OfflineDatabase();
		try {
			const row = await database.chunks.get([attachmentId, 0]);
			if (!row) throw new Error('there is no such part');
			const bytes = new Uint8Array(row.sealed);
			bytes[1000] = (bytes[1000] ?? 0) ^ 1;
			await database.chunks.put({ ...row, sealed: bytes.buffer });
		} finally {
			database.close();
		}
	},

	swapRecord: async (fromId, overId) => {
		const database = new OfflineDatabase();
		try {
			const [from, over] = [await database.drafts.get(fromId), await database.drafts.get(overId)];
			if (!from || !over) throw new Error('there is no such draft');
			await database.drafts.put({ ...over, iv: from.iv, sealed: from.sealed });
		} finally {
			database.close();
		}
	},

	keepRecord: async (id) => {
		const database = new OfflineDatabase();
		try {
			const row = await database.drafts.get(id);
			if (!row) throw new Error('there is no such draft');
			keptRecord = row;
		} finally {
			database.close();
		}
	},

	putKeptRecordBack: async () => {
		const database = new OfflineDatabase();
		try {
			if (keptRecord) await database.drafts.put(keptRecord);
		} finally {
			database.close();
		}
	}
};

let keptRecord: Parameters<OfflineDatabase['drafts']['put']>[0] | null = null;

Object.assign(globalThis, { faultKit: kit });
