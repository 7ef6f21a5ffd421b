import { expect, test } from 'vitest';
import {
	isJpegMetadata,
	jpegSegments,
	jpegSize,
	withoutJpegMetadata
} from '#lib/domain/documents/jpeg.ts';
import { isPngMetadata, pngChunks, pngHeader } from '#lib/domain/documents/png.ts';
import { JPEG_METADATA, joined, jpegOf, pngChunk, pngOf } from '../../support/files.ts';

const isFound = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(text, 0, 'latin1');

test('F4: a JPEG loses EXIF, XMP, IPTC, previews and comments, and its picture stays bit by bit', () => {
	const dirty = jpegOf({ segments: Object.values(JPEG_METADATA) });
	const clean = withoutJpegMetadata(dirty);
	expect(clean && Buffer.from(clean).equals(jpegOf())).toBe(true);
});

test.each(Object.entries(JPEG_METADATA))('F4: %s alone is found', (_, segment) => {
	const bytes = jpegOf({ segments: [segment] });
	expect([...jpegSegments(bytes)].filter((one) => isJpegMetadata(bytes, one))).toHaveLength(1);
});

test('F4: what hangs on the end of a JPEG goes too', () => {
	const clean = withoutJpegMetadata(joined(jpegOf(), Buffer.from('52.5200, 13.4050')));
	expect(clean && Buffer.from(clean).equals(jpegOf())).toBe(true);
});

test('F4: a JFIF head that brings a preview goes, one without stays', () => {
	const preview = joined(
		Uint8Array.of(0xff, 0xe0, 0, 19),
		Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01abc')
	);
	const bytes = jpegOf({ segments: [preview] });
	const heads = [...jpegSegments(bytes)].filter(({ marker }) => marker === 0xe0);
	expect(heads.map((head) => isJpegMetadata(bytes, head))).toEqual([false, true]);
});

test('bytes of the picture that look like markers end no scan', () => {
	const scan = Uint8Array.of(1, 0xff, 0, 2, 0xff, 0xd3, 3, 0xff, 0, 0xe1, 4);
	expect([...jpegSegments(jpegOf({ scan }))].map(({ marker }) => marker)).toEqual([
		0xd8, 0xe0, 0xc0, 0xda, 0xd9
	]);
});

test('a JPEG that breaks off, or is none, is told', () => {
	expect(withoutJpegMetadata(jpegOf().subarray(0, -2))).toBeNull();
	expect(withoutJpegMetadata(Buffer.from('<html>'))).toBeNull();
	expect(withoutJpegMetadata(jpegOf().subarray(0, 25))).toBeNull();
	expect(jpegSize(jpegOf().subarray(0, 25))).toBeNull();
});

test('F3: the size of a picture is read from its head', () => {
	const segments = [JPEG_METADATA.exif];
	expect(jpegSize(jpegOf({ width: 8000, height: 6000, segments }))).toEqual({
		width: 8000,
		height: 6000
	});
	const claims = { width: 60_000, height: 60_000 };
	expect(pngHeader(pngOf({ claims }))).toEqual({ ...claims, unpackedBytes: 60_001 * 60_000 });
	expect(pngHeader(jpegOf())).toBeNull();
});

test('F4: text, dates, EXIF and profiles of a PNG are found, what draws it is not', () => {
	const names = ['tEXt', 'iTXt', 'zTXt', 'eXIf', 'tIME', 'iCCP', 'prVt', 'pHYs'];
	const bytes = pngOf({ chunks: names.map((name) => pngChunk(name, 'Author\0Mai Nguyen')) });
	const found = [...pngChunks(bytes)].filter(isPngMetadata).map(({ type }) => type);
	expect(found).toEqual(names.slice(0, -1));
	expect(isFound(bytes, 'IEND')).toBe(true);
});
