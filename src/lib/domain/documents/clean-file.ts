import type { FileType } from '../claims/claim.schema.ts';
import { faultOfFile } from './file-fault.ts';
import type { FileFault } from './file-state.ts';
import { isContentOfType, TAIL_BYTES, HEAD_BYTES } from './file-type.ts';
import { FILE_TYPES } from '../claims/claim.schema.ts';
import { withoutJpegMetadata } from './jpeg.ts';
import { withoutPngMetadata } from './png.ts';

/** What the bytes are, whatever their name says; null for nothing we take. */
export function fileTypeOf(bytes: Uint8Array): FileType | null {
	const [head, tail] = [bytes.subarray(0, HEAD_BYTES), bytes.subarray(-TAIL_BYTES)];
	return FILE_TYPES.find((type) => isContentOfType(type, head, tail)) ?? null;
}

/**
 * A file that came by a plain form, where no device has cleaned it (decision 0052): a picture loses
 * what it tells besides itself. A PDF is taken as it is or not at all.
 */
export function cleanFile(
	type: FileType,
	bytes: Uint8Array<ArrayBuffer>
):
	| { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
	| { readonly ok: false; readonly fault: FileFault } {
	const cleaned = withoutMetadata(type, bytes);
	if (!cleaned) return { ok: false, fault: 'broken' };
	const fault = faultOfFile(type, cleaned);
	return fault ? { ok: false, fault } : { ok: true, bytes: cleaned };
}

function withoutMetadata(
	type: FileType,
	bytes: Uint8Array<ArrayBuffer>
): Uint8Array<ArrayBuffer> | null {
	if (type === 'image/jpeg') return withoutJpegMetadata(bytes);
	return type === 'image/png' ? withoutPngMetadata(bytes) : bytes;
}
