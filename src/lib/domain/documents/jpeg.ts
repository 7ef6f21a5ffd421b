import { joinBytes } from './join-bytes.ts';

/** One segment of a JPEG: its marker (the byte after 0xFF) and where it begins and ends, marker included. */
export type JpegSegment = {
	readonly marker: number;
	readonly start: number;
	/** First byte after marker and length. */
	readonly contentStart: number;
	/** First byte after the segment; for a scan the first byte after its picture data. */
	readonly end: number;
};

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;
/** `JFIF\0`, version, density and two zeros: a longer one brings a preview. */
const JFIF_BYTES = 16;

/** The segments from the start on; stops without an end mark where the bytes make no sense or end. */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
	let at = 0;
	while (at + 1 < bytes.length) {
		const start = at;
		if (bytes[at] !== 0xff) return;
		// Any number of fill bytes may stand before a marker.
		while (bytes[at + 1] === 0xff) at++;
		const marker = bytes[at + 1] ?? 0;
		at += 2;
		if (marker === SOI || marker === EOI) {
			yield { marker, start, contentStart: at, end: at };
			if (marker === EOI) return;
			continue;
		}
		const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
		if (length < 2 || at + length > bytes.length) return;
		const contentStart = at + 2;
		at += length;
		if (marker === SOS) at = endOfScan(bytes, at);
		yield { marker, start, contentStart, end: at };
	}
}

/** Width and height as the frame says, before any turning; null where there is no frame (yet). */
export function jpegSize(bytes: Uint8Array): { width: number; height: number } | null {
	for (const { marker, contentStart } of jpegSegments(bytes)) {
		if (!isFrame(marker)) continue;
		const [, high = 0, low = 0, left = 0, right = 0] = bytes.subarray(contentStart);
		return { width: left * 256 + right, height: high * 256 + low };
	}
	return null;
}

/**
 * Whether a segment says more than the picture needs: EXIF, GPS, XMP, IPTC, previews, comments. The
 * JFIF head, colour profiles and Adobe's colour note stay, without them colours would change.
 */
export function isJpegMetadata(bytes: Uint8Array, segment: JpegSegment): boolean {
	const { marker, contentStart, end } = segment;
	if (marker === COM) return true;
	if (marker < APP0 || marker > APP15) return false;
	const startsWith = (word: string) =>
		Array.from(word).every((char, index) => bytes[contentStart + index] === char.charCodeAt(0));
	if (marker === APP0) return !startsWith('JFIF\0') || end - contentStart + 2 > JFIF_BYTES;
	if (marker === APP2) return !startsWith('ICC_PROFILE\0');
	return marker !== APP14 || !startsWith('Adobe');
}

/** The same picture, bit by bit, without metadata and without what hangs on its end; null for no JPEG. */
export function withoutJpegMetadata(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
	const kept: Uint8Array[] = [];
	let hasEnd = false;
	for (const segment of jpegSegments(bytes)) {
		if (!isJpegMetadata(bytes, segment)) kept.push(bytes.subarray(segment.start, segment.end));
		hasEnd = segment.marker === EOI;
	}
	if (!hasEnd || kept[0]?.[1] !== SOI) return null;
	return joinBytes(kept);
}

// 0xFF 0x00 is a byte of the picture, 0xFF 0xD0 to 0xD7 are restarts: anything else ends the scan.
function endOfScan(bytes: Uint8Array, from: number): number {
	for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
		const next = bytes[at + 1];
		if (next !== undefined && next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
	}
	return bytes.length;
}

function isFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![DHT, JPG, DAC].includes(marker);
}
