// Files of a draft, sealed in parts of 256 KiB: a photo is never in clear on the device, and is sent part by part.
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import type { ChunkRow, OfflineDatabase } from './database.ts';
import type { Attachment } from './draft.schema.ts';
import { DamagedRecord, open, seal, sha256Hex, type Place } from './sealing.ts';
import type { Vault } from './vault.ts';

export const PART_BYTES = 256 * 1024;
const THUMBNAIL_PART = -1;

export type PreparedFile = {
	readonly name: string;
	readonly type: FileType;
	readonly bytes: ArrayBuffer;
	readonly thumbnail: ArrayBuffer | null;
	readonly looksEmpty: boolean;
	readonly looksBlurred: boolean;
};

export class AttachmentStore {
	readonly #database: OfflineDatabase;
	readonly #vault: Vault;

	constructor(database: OfflineDatabase, vault: Vault) {
		this.#database = database;
		this.#vault = vault;
	}

	/** Seals a file; the rows go to the device in the same transaction as the draft that lists it. */
	async seal(
		draftId: string,
		id: string,
		file: PreparedFile
	): Promise<{ readonly attachment: Attachment; readonly rows: readonly ChunkRow[] }> {
		const partCount = Math.ceil(file.bytes.byteLength / PART_BYTES);
		const rows: ChunkRow[] = [];
		for (let part = 0; part < partCount; part++) {
			const bytes = new Uint8Array(file.bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES));
			const record = await seal(
				this.#vault.key,
				this.#placeOf(draftId, id, part, partCount),
				bytes
			);
			rows.push({ ...record, attachmentId: id, part, draftId });
		}
		if (file.thumbnail) {
			const place = this.#placeOf(draftId, id, THUMBNAIL_PART, 1);
			const record = await seal(this.#vault.key, place, file.thumbnail);
			rows.push({ ...record, attachmentId: id, part: THUMBNAIL_PART, draftId });
		}
		const attachment = {
			id,
			name: file.name,
			type: file.type,
			sizeBytes: file.bytes.byteLength,
			sha256: await sha256Hex(file.bytes),
			partCount,
			hasThumbnail: file.thumbnail !== null,
			looksEmpty: file.looksEmpty,
			looksBlurred: file.looksBlurred
		};
		return { attachment, rows };
	}

	/** The bytes from `start` to before `end`; throws `DamagedRecord` where a part is gone or changed. */
	async read(
		draftId: string,
		attachment: Attachment,
		start: number,
		end: number
	): Promise<Uint8Array<ArrayBuffer>> {
		const wanted = new Uint8Array(Math.min(end, attachment.sizeBytes) - start);
		let filled = 0;
		while (filled < wanted.length) {
			const at = start + filled;
			const bytes = await this.#openPart(draftId, attachment, Math.floor(at / PART_BYTES));
			const piece = bytes.subarray(at % PART_BYTES, (at % PART_BYTES) + wanted.length - filled);
			if (piece.length === 0) throw new DamagedRecord('a part of a file is too short');
			wanted.set(piece, filled);
			filled += piece.length;
		}
		return wanted;
	}

	/** The small picture, or null for a document that has none. */
	async readThumbnail(draftId: string, attachment: Attachment): Promise<ArrayBuffer | null> {
		if (!attachment.hasThumbnail) return null;
		const row = await this.#database.chunks.get([attachment.id, THUMBNAIL_PART]);
		if (!row) return null;
		return open(this.#vault.key, this.#placeOf(draftId, attachment.id, THUMBNAIL_PART, 1), row);
	}

	/** Whether every part of a file lies here, whatever is in it. */
	async isHere({ id, partCount }: Attachment): Promise<boolean> {
		const parts = this.#database.chunks.where('[attachmentId+part]');
		return (await parts.between([id, 0], [id, partCount]).count()) === partCount;
	}

	/** Whether all of a file is still on the device as it was added. */
	async isIntact(draftId: string, attachment: Attachment): Promise<boolean> {
		try {
			const bytes = await this.read(draftId, attachment, 0, attachment.sizeBytes);
			return (await sha256Hex(bytes)) === attachment.sha256;
		} catch (error) {
			if (error instanceof DamagedRecord) return false;
			throw error;
		}
	}

	async #openPart(
		draftId: string,
		{ id, partCount }: Attachment,
		part: number
	): Promise<Uint8Array<ArrayBuffer>> {
		const row = await this.#database.chunks.get([id, part]);
		if (!row) throw new DamagedRecord('a part of a file is gone');
		return new Uint8Array(
			await open(this.#vault.key, this.#placeOf(draftId, id, part, partCount), row)
		);
	}

	#placeOf(draftId: string, attachmentId: string, part: number, partCount: number): Place {
		return [this.#vault.accountRef, draftId, 'file', attachmentId, part, partCount];
	}
}
