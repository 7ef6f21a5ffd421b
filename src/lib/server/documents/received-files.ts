/** Files that come whole in a plain form, where no script could clean or cut them (decision 0052). */
import { MAX_FILE_BYTES, type FileType } from '#lib/domain/claims/claim.schema.ts';
import { cleanFile, fileTypeOf } from '#lib/domain/documents/clean-file.ts';
import { extensionOf, isNameOfType } from '#lib/domain/documents/file-type.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import { createFileRows, PIECE_BYTES, type Owner } from './file-rows.ts';
import { createReceivedRows } from './received-files.repository.ts';

/** As much as one batch of an upload stores (decision 0022). */
const BATCH_BYTES = 8 * PIECE_BYTES;
const NAME_LENGTH = 200;

/** A file as a form brings it. */
export type Upload = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** A file that may be stored: its batches in order, the last one to travel with the act it is for. */
export type ReceivedFile = {
	readonly id: string;
	/** As a receipt lists it. */
	readonly listed: {
		readonly name: string;
		readonly type: FileType;
		readonly sizeBytes: number;
		readonly sha256: string;
	};
	readonly batches: number;
	batch(index: number): Promise<readonly Write[]>;
};

export type ReceivedFiles = ReturnType<typeof createReceivedFiles>;

export function createReceivedFiles(cipher: Cipher, randomBytes: (length: number) => Uint8Array) {
	return {
		/**
		 * Judges and cleans what came; stores nothing. Fails with `portal/invalid-input` and an issue of
		 * the field `file`: empty, too large, of no kind we take, torn, or telling more than it should.
		 */
		async take(
			owner: Owner,
			upload: Upload | null,
			fresh: { readonly id: string; readonly nowMs: number }
		): Promise<Result<ReceivedFile>> {
			const refused = (file: string) => failed('invalid', 'portal/invalid-input', { file });
			if (!upload || upload.bytes.length === 0) return refused('file-missing');
			if (upload.bytes.length > MAX_FILE_BYTES) return refused('file-too-large');
			const type = fileTypeOf(upload.bytes);
			if (!type) return refused('file-type');
			const cleaned = cleanFile(type, upload.bytes);
			if (!cleaned.ok) return refused(`file-${cleaned.fault}`);
			const { bytes } = cleaned;
			const received = createReceivedRows(createFileRows(cipher, randomBytes));
			const batches = Math.ceil(bytes.length / BATCH_BYTES);
			const listed = {
				name: nameOf(upload.name, type),
				type,
				sizeBytes: bytes.length,
				sha256: await sha256Hex(bytes)
			};
			const file = { ...listed, ...fresh };
			return ok({
				id: file.id,
				listed,
				batches,
				async batch(index) {
					const from = index * BATCH_BYTES;
					return [
						...(index === 0 ? [await received.insert(owner, file)] : []),
						...(await received.insertPieces(file, from, bytes.subarray(from, from + BATCH_BYTES))),
						...(index === batches - 1 ? [received.complete(owner, file)] : [])
					];
				}
			});
		}
	};
}

/** The name as the device gave it, on one line and with an ending that fits what the file is. */
function nameOf(given: string, type: FileType): string {
	const line = given
		.replace(/[\p{Cc}\p{Cf}]/gu, ' ')
		.split(/[\\/]/)
		.at(-1)
		?.trim()
		.slice(0, NAME_LENGTH - 5);
	const name = line ? line : 'file';
	return isNameOfType(name, type) && /\.\w+$/.test(name) ? name : `${name}.${extensionOf(type)}`;
}
