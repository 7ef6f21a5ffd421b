import { asc, eq, getTableColumns, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import { FILE_TYPES, type FileType } from '#lib/domain/claims/claim.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { openChunk, sealChunk, type Cell, type Cipher } from '#lib/server/platform/cipher.ts';
import { beginCheck, packCheck, unpackCheck, type UploadCheck } from './upload-check.ts';

/** Plain bytes of one stored piece at most: small enough for one statement over HTTP. */
export const PIECE_BYTES = 256 * 1024;

const KEY_BYTES = 32;

/** A file as its readers see it: everything but its key and its bytes. */
export type StoredFile = {
	readonly id: string;
	readonly accountId: string;
	readonly personId: string;
	/** Null, as the attachment, for a file of our own making. */
	readonly submissionId: string | null;
	readonly attachmentId: string | null;
	readonly name: string;
	readonly type: FileType;
	readonly sizeBytes: number;
	readonly receivedBytes: number;
	/** Announced until the file is complete, checked from then on. */
	readonly sha256: string;
	readonly state: 'open' | 'complete' | 'refused';
	readonly createdAtMs: number;
	/** Null while in quarantine. */
	readonly releasedAtMs: number | null;
};

/** An upload with how far its check has come; null when that is not known, or not for this offset. */
export type StoredUpload = StoredFile & { readonly check: UploadCheck | null };

export type Owner = { readonly accountId: string; readonly personId: string };

type FileRow = typeof files.$inferSelect;
type PersonRow = typeof people.$inferSelect;

export type PieceRow = {
	readonly piece: typeof fileChunks.$inferSelect;
	readonly file: FileRow;
	readonly person: PersonRow;
};

const keyCell = (file: { readonly id: string; readonly personId: string }): Cell => ({
	table: 'files',
	column: 'file_key',
	rowId: file.id,
	personId: file.personId
});
const nameCell = (file: { readonly id: string; readonly personId: string }): Cell => ({
	...keyCell(file),
	column: 'name'
});

/** Bound to the offset too: the state of another moment of the same upload does not open. */
const checkCell = (file: StoredFile, seenBytes: number): Cell => ({
	...keyCell(file),
	column: 'check_state',
	rowId: `${file.id}@${seenBytes}/${file.sizeBytes}`
});

/** Columns of a file together with the person whose key opens it. */
export const fileColumns = { file: getTableColumns(files), person: getTableColumns(people) };
export const pieceColumns = { piece: getTableColumns(fileChunks), ...fileColumns };

const selectFiles = (condition: SQL | undefined) =>
	sqlBuilder
		.select(fileColumns)
		.from(files)
		.innerJoin(people, eq(people.id, files.personId))
		.where(condition)
		.$dynamic();

/** Opens and seals rows of `files` and `file_chunks`: each file has a key of its own under its person's. */
export function createFileRows(cipher: Cipher, randomBytes: (length: number) => Uint8Array) {
	// Lives as long as the request, like the cipher's own keys.
	const fileKeys = new Map<string, Uint8Array>();

	async function open({ file, person }: { file: FileRow; person: PersonRow }): Promise<StoredFile> {
		await cipher.learn(person.id, person);
		fileKeys.set(file.id, await cipher.open(keyCell(file), file.fileKey));
		const name = v.parse(v.string(), await cipher.openJson(nameCell(file), file.name));
		return {
			id: file.id,
			accountId: file.accountId,
			personId: file.personId,
			submissionId: file.submissionId,
			attachmentId: file.attachmentId,
			name,
			type: v.parse(v.picklist(FILE_TYPES), file.type),
			sizeBytes: file.sizeBytes,
			receivedBytes: file.receivedBytes,
			sha256: file.sha256,
			state: file.state,
			createdAtMs: file.createdAtMs,
			releasedAtMs: file.releasedAtMs
		};
	}

	async function openUpload(row: { file: FileRow; person: PersonRow }): Promise<StoredUpload> {
		const file = await open(row);
		return { ...file, check: await openCheck(file, row.file.checkState) };
	}

	async function openCheck(
		file: StoredFile,
		sealed: Uint8Array | null
	): Promise<UploadCheck | null> {
		const seenBytes = file.receivedBytes;
		if (seenBytes === 0) return beginCheck();
		if (!sealed) return null;
		const packed = await cipher.open(checkCell(file, seenBytes), sealed).catch(() => null);
		return packed && unpackCheck(packed, { seenBytes, sizeBytes: file.sizeBytes });
	}

	return {
		open,

		sealCheck: (file: StoredFile, check: UploadCheck): Promise<Uint8Array> =>
			cipher.seal(checkCell(file, check.seenBytes), packCheck(check)),

		async seal(
			owner: Owner,
			file: Omit<StoredFile, keyof Owner>
		): Promise<typeof files.$inferInsert> {
			const { accountId, personId } = owner;
			const fileKey = randomBytes(KEY_BYTES);
			fileKeys.set(file.id, fileKey);
			return {
				...file,
				accountId,
				personId,
				fileKey: await cipher.seal(keyCell({ id: file.id, personId }), fileKey),
				name: await cipher.sealJson(nameCell({ id: file.id, personId }), file.name)
			};
		},

		async insertPiece(
			file: { readonly id: string; readonly sizeBytes: number },
			startByte: number,
			plain: Uint8Array
		): Promise<Write> {
			const { id: fileId, sizeBytes: fileBytes } = file;
			const fileKey = fileKeys.get(fileId);
			if (!fileKey) throw new Error('the key of this file was not read in this request');
			const ciphertext = await sealChunk(
				fileKey,
				{ fileId, startByte, fileBytes },
				plain,
				randomBytes
			);
			return write(sqlBuilder.insert(fileChunks).values({ fileId, startByte, ciphertext }));
		},

		find: (condition: SQL | undefined): Read<StoredFile | null> =>
			read(selectFiles(condition), async ([row]) => (row ? open(row) : null)),

		/** As `find`, with how far the check has come. */
		findUpload: (condition: SQL | undefined): Read<StoredUpload | null> =>
			read(selectFiles(condition), async ([row]) => (row ? openUpload(row) : null)),

		/** The oldest first, within what `first` sorts by. */
		list(
			condition: SQL | undefined,
			limit: number,
			...first: readonly SQLiteColumn[]
		): Read<readonly StoredFile[]> {
			const order = [...first, files.createdAtMs, files.id].map((column) => asc(column));
			return read(
				selectFiles(condition)
					.orderBy(...order)
					.limit(limit),
				(rows) => Promise.all(rows.map(open))
			);
		},

		/** Plain bytes of pieces of one file, in the rows' order. Throws when a byte was tampered with. */
		async openPieces(rows: readonly PieceRow[]): Promise<readonly Uint8Array[]> {
			const [first] = rows;
			if (!first) return [];
			await cipher.learn(first.person.id, first.person);
			const fileKey = await cipher.open(keyCell(first.file), first.file.fileKey);
			return Promise.all(
				rows.map(({ piece, file }) =>
					openChunk(fileKey, { ...piece, fileBytes: file.sizeBytes }, piece.ciphertext)
				)
			);
		}
	};
}
