// One encrypted file that holds drafts with their photos: a way out of a full or failing device, and into another one.
// After its header it cannot be told from random bytes; what does not open is called damaged, never read in part.
import * as v from 'valibot';
import { mergeDrafts } from '#lib/domain/claims/draft-merge.ts';
import { emptyDraftForm } from '#lib/domain/claims/draft-form.ts';
import { EDITING, mayEdit } from '#lib/domain/claims/draft.ts';
import type { AttachmentStore } from './attachments.ts';
import type { ChunkRow } from './database.ts';
import {
	draftContentSchema,
	type Attachment,
	type Draft,
	type DraftContent
} from './draft.schema.ts';
import type { DraftStore } from './drafts.ts';
import { DamagedRecord, open, seal, sha256Hex } from './sealing.ts';
import type { Vault } from './vault.ts';

const MAGIC = 'claimdraft1';
/** OWASP 2023 for PBKDF2 with SHA-256: the file may lie anywhere, for ever. */
const ROUNDS = 600_000;
const SALT_BYTES = 16;
const IV_BYTES = 12;
const MODES = ['account', 'passphrase'] as const;
export type RescueMode = (typeof MODES)[number];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type RescueKey =
	{ readonly mode: 'account' } | { readonly mode: 'passphrase'; readonly passphrase: string };

export type RescueProblem = 'not-ours' | 'wrong-key';
export type Imported = { readonly addedCount: number; readonly joinedCount: number };

type Stores = {
	readonly vault: Vault;
	readonly drafts: DraftStore;
	readonly files: AttachmentStore;
};

const packedSchema = v.object({
	drafts: v.array(
		v.object({
			id: v.pipe(v.string(), v.uuid()),
			content: draftContentSchema,
			files: v.array(
				v.object({ id: v.string(), sizeBytes: v.number(), thumbnailBytes: v.number() })
			)
		})
	)
});
type Packed = v.InferOutput<typeof packedSchema>;

/** Which key a file asks for, or null when it is none of ours. */
export function rescueModeOf(file: Uint8Array): RescueMode | null {
	if (decoder.decode(file.subarray(0, MAGIC.length)) !== MAGIC) return null;
	return MODES[file[MAGIC.length] ?? -1] ?? null;
}

/** All drafts in one file. A photo that is not whole on this device is left out. */
export async function exportDrafts(
	{ vault, drafts, files }: Stores,
	key: RescueKey
): Promise<Uint8Array<ArrayBuffer>> {
	const list = (await drafts.list()).drafts;
	const packed: { id: string; content: DraftContent; files: Packed['drafts'][number]['files'] }[] =
		[];
	const bytes: Uint8Array[] = [];
	for (const { id, rev: _rev, order: _order, ...content } of list) {
		const kept: Packed['drafts'][number]['files'] = [];
		for (const file of content.attachments) {
			if (!(await files.isIntact(id, file))) continue;
			const whole = await files.read(id, file, 0, file.sizeBytes);
			const thumbnail = new Uint8Array((await files.readThumbnail(id, file)) ?? []);
			kept.push({ id: file.id, sizeBytes: whole.length, thumbnailBytes: thumbnail.length });
			bytes.push(whole, thumbnail);
		}
		packed.push({ id, content, files: kept });
	}
	const index = encoder.encode(JSON.stringify({ drafts: packed }));
	const length = new Uint8Array(4);
	new DataView(length.buffer).setUint32(0, index.length);
	const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
	const header = joined([encoder.encode(MAGIC), Uint8Array.of(MODES.indexOf(key.mode)), salt]);
	const sealed = await seal(
		await keyOf(vault, key, salt),
		placeOf(header),
		joined([length, index, ...bytes])
	);
	return joined([header, new Uint8Array(sealed.iv), new Uint8Array(sealed.sealed)]);
}

/** Takes the drafts of a file over, joined by their ids with what is here. Nothing here is overwritten. */
export async function importDrafts(
	stores: Stores,
	file: Uint8Array<ArrayBuffer>,
	key: RescueKey
): Promise<Imported | RescueProblem> {
	if (rescueModeOf(file) !== key.mode) return 'not-ours';
	const headerLength = MAGIC.length + 1 + SALT_BYTES;
	const header = file.slice(0, headerLength);
	const record = {
		iv: file.slice(headerLength, headerLength + IV_BYTES).buffer,
		sealed: file.slice(headerLength + IV_BYTES).buffer
	};
	let opened: Uint8Array<ArrayBuffer>;
	try {
		const salt = header.slice(MAGIC.length + 1);
		const bytes = await open(await keyOf(stores.vault, key, salt), placeOf(header), record);
		opened = new Uint8Array(bytes);
	} catch (error) {
		if (error instanceof DamagedRecord) return 'wrong-key';
		throw error;
	}
	const indexLength = new DataView(opened.buffer).getUint32(0);
	const index = v.parse(
		packedSchema,
		JSON.parse(decoder.decode(opened.subarray(4, 4 + indexLength)))
	);
	let at = 4 + indexLength;
	let addedCount = 0;
	let joinedCount = 0;
	for (const { id, content, files } of index.drafts) {
		const contents = new Map<string, FileContent>();
		for (const { id: fileId, sizeBytes, thumbnailBytes } of files) {
			const bytes = opened.slice(at, at + sizeBytes).buffer;
			const end = at + sizeBytes + thumbnailBytes;
			const thumbnail = thumbnailBytes > 0 ? opened.slice(at + sizeBytes, end).buffer : null;
			contents.set(fileId, { bytes, thumbnail });
			at = end;
		}
		const outcome = await takeIn(stores, id, content, contents);
		if (outcome === 'added') addedCount += 1;
		if (outcome === 'joined') joinedCount += 1;
	}
	return { addedCount, joinedCount };
}

type FileContent = { readonly bytes: ArrayBuffer; readonly thumbnail: ArrayBuffer | null };

async function takeIn(
	{ drafts, files }: Stores,
	id: string,
	content: DraftContent,
	contents: ReadonlyMap<string, FileContent>
): Promise<'added' | 'joined' | 'same'> {
	const here = await drafts.find(id);
	const absent: ChunkRow[] = [];
	const hereIds = new Set((here?.attachments ?? []).map((file) => file.id));
	for (const attachment of content.attachments) {
		const found = contents.get(attachment.id);
		if (!found || hereIds.has(attachment.id)) continue;
		if ((await sha256Hex(found.bytes)) !== attachment.sha256) continue;
		absent.push(...(await files.seal(id, attachment.id, { ...attachment, ...found })).rows);
	}
	if (!here) {
		await drafts.save(id, 0, content, { added: absent });
		return 'added';
	}
	const next = joinedContent(here, content);
	if (!next) return 'same';
	await drafts.save(id, here.rev, next, { added: absent });
	return 'joined';
}

// What is here and what is in the file have no common ground: where both say something else, the owner chooses.
function joinedContent(here: Draft, content: DraftContent): DraftContent | null {
	const { id: _id, rev: _rev, order: _order, ...mine } = here;
	if (!mayEdit(here.state) || !mayEdit(content.state)) return null;
	const partOf = ({ form, attachments, conflicts = [] }: DraftContent) => ({
		...{ form, attachments, conflicts }
	});
	const ground = { form: emptyDraftForm(''), attachments: [] as Attachment[], conflicts: [] };
	const merged = mergeDrafts<Attachment>(ground, partOf(mine), partOf(content));
	const next = { ...mine, ...merged, state: EDITING, savedAtMs: mine.savedAtMs };
	const isSame = JSON.stringify(partOf(next)) === JSON.stringify(partOf(mine));
	return isSame ? null : next;
}

async function keyOf(vault: Vault, key: RescueKey, salt: BufferSource): Promise<CryptoKey> {
	if (key.mode === 'account') return vault.key;
	const typed = encoder.encode(key.passphrase.normalize('NFC'));
	const raw = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey']);
	const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
	return crypto.subtle.deriveKey(parameters, raw, { name: 'AES-GCM', length: 256 }, false, [
		'encrypt',
		'decrypt'
	]);
}

/** The header is bound to what follows: neither mode nor salt can be changed. */
function placeOf(header: Uint8Array): (string | number)[] {
	return ['rescue', ...header];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}
