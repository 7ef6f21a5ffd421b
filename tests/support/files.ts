// Files made by code: pictures and PDFs as small as they may be, with whatever a test wants to hide in them.
import { crc32, deflateSync } from 'node:zlib';

export const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	return new Uint8Array(Buffer.concat(parts));
}

export function jpegSegment(marker: number, content: Uint8Array | string): Uint8Array {
	const bytes = typeof content === 'string' ? ascii(content) : content;
	const length = bytes.length + 2;
	return joined(Uint8Array.of(0xff, marker, length >> 8, length & 255), bytes);
}

/** What phones write into a photo, and what a portal for health data must not keep. */
export const JPEG_METADATA = {
	exif: jpegSegment(0xe1, 'Exif\0\0MM\0*\0\0\0\u0008 GPSLatitude 52.5200'),
	xmp: jpegSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Mai Nguyen</x:xmpmeta>'),
	iptc: jpegSegment(0xed, 'Photoshop 3.0\x008BIM\u0004\u0004 Koeln'),
	comment: jpegSegment(0xfe, 'scanned by Mai Nguyen'),
	preview: jpegSegment(0xe0, 'JFXX\0\x10 a preview'),
	pictures: jpegSegment(0xe2, 'MPF\0MM\0* a second picture')
} as const;

const JFIF = jpegSegment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0');

/** A JPEG as its structure goes: head, frame, scan, end. Its picture data is no picture. */
export function jpegOf(
	options: {
		readonly width?: number;
		readonly height?: number;
		readonly segments?: readonly Uint8Array[];
		readonly scan?: Uint8Array;
	} = {}
): Uint8Array<ArrayBuffer> {
	const { width = 40, height = 30, segments = [], scan = new Uint8Array(20) } = options;
	const frame = Uint8Array.of(8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 17, 0);
	return joined(
		Uint8Array.of(0xff, 0xd8),
		JFIF,
		...segments,
		jpegSegment(0xc0, frame),
		jpegSegment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)),
		scan,
		Uint8Array.of(0xff, 0xd9)
	);
}

export function pngChunk(type: string, content: Uint8Array | string): Uint8Array {
	const bytes = typeof content === 'string' ? ascii(content) : content;
	const body = joined(ascii(type), bytes);
	const frame = new Uint8Array(8);
	new DataView(frame.buffer).setUint32(0, bytes.length);
	new DataView(frame.buffer).setUint32(4, crc32(body));
	return joined(frame.subarray(0, 4), body, frame.subarray(4));
}

/** A grey PNG that opens; with `claims` its header promises another size than it has. */
export function pngOf(
	options: {
		readonly width?: number;
		readonly height?: number;
		readonly chunks?: readonly Uint8Array[];
		readonly claims?: { readonly width: number; readonly height: number };
	} = {}
): Uint8Array<ArrayBuffer> {
	const { width = 4, height = 3, chunks = [], claims } = options;
	const header = new Uint8Array(13);
	const view = new DataView(header.buffer);
	view.setUint32(0, claims?.width ?? width);
	view.setUint32(4, claims?.height ?? height);
	header.set([8, 0], 8);
	return joined(
		Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
		pngChunk('IHDR', header),
		...chunks,
		pngChunk('IDAT', new Uint8Array(deflateSync(new Uint8Array((width + 1) * height)))),
		pngChunk('IEND', '')
	);
}

/** A PDF of one page from the bodies of its objects, numbered from 1; the first is the catalog. */
export function pdfOf(
	objects: readonly (string | Uint8Array)[],
	trailer = ''
): Uint8Array<ArrayBuffer> {
	const parts: Uint8Array[] = [ascii('%PDF-1.7\n')];
	const offsets: number[] = [];
	let at = parts[0]?.length ?? 0;
	for (const [index, body] of objects.entries()) {
		offsets.push(at);
		const bytes = typeof body === 'string' ? ascii(body) : body;
		const part = joined(ascii(`${index + 1} 0 obj\n`), bytes, ascii('\nendobj\n'));
		parts.push(part);
		at += part.length;
	}
	const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
	const size = objects.length + 1;
	parts.push(
		ascii(
			`xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`
		)
	);
	return joined(...parts);
}

export function pdfStream(dictionary: string, content: Uint8Array | string): Uint8Array {
	const bytes = typeof content === 'string' ? ascii(content) : content;
	return joined(
		ascii(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`),
		bytes,
		ascii('\nendstream')
	);
}

/** Catalog, pages, one page, its content: what every PDF here begins with. */
export function pdfPage(catalog = '', page = '', content = '0 0 m 100 100 l S') {
	return [
		`<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> ${page} >>`,
		pdfStream('', content)
	] as const;
}
