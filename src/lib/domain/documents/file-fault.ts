import type { FileType } from '../claims/claim.schema.ts';
import type { FileFault } from './file-state.ts';
import { isJpegMetadata, jpegSegments, jpegSize } from './jpeg.ts';
import { faultOfPdf } from './pdf.ts';
import { isPngMetadata, pngChunks, pngHeader } from './png.ts';

/** A photo of 2200 pixels comes to 5 MP; this is what the largest office scanner makes of a page. */
const MAX_PIXELS = 40_000_000;
/** What one packed stream may come to, and all of a file together. */
export const MAX_UNPACKED_BYTES = 50 * 1024 * 1024;

/**
 * What is wrong with a file as a whole, told by its structure without decoding anything; null when
 * nothing is. What a PDF's streams unpack to is asked apart (`packedStreams` in pdf.ts).
 */
export function faultOfFile(type: FileType, bytes: Uint8Array): FileFault | null {
	if (type === 'image/jpeg') return faultOfJpeg(bytes);
	if (type === 'image/png') return faultOfPng(bytes);
	return faultOfPdf(bytes);
}

function faultOfJpeg(bytes: Uint8Array): FileFault | null {
	const size = jpegSize(bytes);
	const segments = [...jpegSegments(bytes)];
	const end = segments.at(-1);
	if (!size || size.width === 0 || size.height === 0 || end?.marker !== 0xd9) return 'broken';
	if (size.width * size.height > MAX_PIXELS) return 'too-large';
	if (segments.some((segment) => isJpegMetadata(bytes, segment))) return 'metadata';
	// What stands behind the end mark is shown by nobody: it is there for somebody else.
	return end.end === bytes.length ? null : 'metadata';
}

function faultOfPng(bytes: Uint8Array): FileFault | null {
	const header = pngHeader(bytes);
	if (!header) return 'broken';
	const isTooLarge = header.width * header.height > MAX_PIXELS;
	if (isTooLarge || header.unpackedBytes > MAX_UNPACKED_BYTES) return 'too-large';
	const chunks = [...pngChunks(bytes)];
	const end = chunks.at(-1);
	if (end?.type !== 'IEND') return 'broken';
	if (chunks.some(isPngMetadata)) return 'metadata';
	return end.end === bytes.length ? null : 'metadata';
}
