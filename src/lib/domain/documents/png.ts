import { joinBytes } from './join-bytes.ts';

/** One chunk of a PNG, its length, type and checksum included in `start` to `end`. */
export type PngChunk = {
	readonly type: string;
	readonly start: number;
	readonly contentStart: number;
	readonly end: number;
};

export type PngHeader = {
	readonly width: number;
	readonly height: number;
	/** What its rows come to when unpacked, the filter byte of each included. */
	readonly unpackedBytes: number;
};

const SIGNATURE_BYTES = 8;
const CHUNK_FRAME_BYTES = 12;
const HEADER_BYTES = 13;
/** By colour type (PNG 11.2.2): grey, colour, palette, grey with alpha, colour with alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** What draws the picture. Everything else is text, a date, a preview, or unknown. */
const DRAWING = new Set('IHDR PLTE IDAT IEND tRNS gAMA sRGB cHRM sBIT bKGD hIST pHYs'.split(' '));

/** The chunks from the start on; stops without `IEND` where the bytes make no sense or end. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = SIGNATURE_BYTES; at + CHUNK_FRAME_BYTES <= bytes.length;) {
		const end = at + CHUNK_FRAME_BYTES + view.getUint32(at);
		if (end > bytes.length) return;
		const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
		yield { type, start: at, contentStart: at + 8, end };
		if (type === 'IEND') return;
		at = end;
	}
}

/** What the header promises; null for no PNG, or one with a colour type that does not exist. */
export function pngHeader(bytes: Uint8Array): PngHeader | null {
	const [first] = pngChunks(bytes.subarray(0, SIGNATURE_BYTES + CHUNK_FRAME_BYTES + HEADER_BYTES));
	if (first?.type !== 'IHDR') return null;
	const view = new DataView(bytes.buffer, bytes.byteOffset + first.contentStart);
	const [width, height] = [view.getUint32(0), view.getUint32(4)];
	const channels = CHANNELS[view.getUint8(9)];
	if (!channels || width === 0 || height === 0) return null;
	const rowBytes = Math.ceil((width * channels * view.getUint8(8)) / 8) + 1;
	return { width, height, unpackedBytes: rowBytes * height };
}

/** Whether a chunk says more than the picture needs: EXIF, text, XMP, dates, profiles with free text. */
export function isPngMetadata({ type }: PngChunk): boolean {
	return !DRAWING.has(type);
}

/** The same picture, bit by bit, without metadata and without what hangs on its end; null for no PNG. */
export function withoutPngMetadata(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
	const chunks = [...pngChunks(bytes)];
	if (chunks.at(-1)?.type !== 'IEND') return null;
	const kept = chunks.filter((chunk) => !isPngMetadata(chunk));
	return joinBytes([
		bytes.subarray(0, SIGNATURE_BYTES),
		...kept.map(({ start, end }) => bytes.subarray(start, end))
	]);
}
