import type { FileType } from '../claims/claim.schema.ts';

/** How a type shows in the first bytes, and the endings its names may have. */
const TYPES: Readonly<
	Record<FileType, { readonly start: readonly number[]; readonly extensions: readonly string[] }>
> = {
	'image/jpeg': { start: [0xff, 0xd8, 0xff], extensions: ['jpg', 'jpeg', 'jpe', 'jfif'] },
	'image/png': {
		start: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
		extensions: ['png']
	},
	'application/pdf': { start: [0x25, 0x50, 0x44, 0x46, 0x2d], extensions: ['pdf'] }
};

/** Markup this early in a picture or PDF serves nobody but whoever wants it read as a page. */
const MARKUP = /<(?:!doctype|html|head|body|script|svg|iframe)/i;
/** How far into a file markup is looked for. */
export const HEAD_BYTES = 1024;
/** Where a PDF has its `%%EOF` mark: readers look no further back. */
const PDF_TAIL_BYTES = 1024;
/** A ZIP is found from its end: 22 bytes of record and a comment of at most 65 535. */
export const TAIL_BYTES = 65_557;
const ZIP_END = [0x50, 0x4b, 0x05, 0x06];

/**
 * Whether the name ends as files of this type do. A name without an ending promises nothing, and
 * what follows the point in `Rechnung Nr. 5` or `Scan 1.2026` is no ending.
 */
export function isNameOfType(name: string, type: FileType): boolean {
	const extension = /\.([a-z][a-z0-9]{1,4})$/i.exec(name)?.[1]?.toLowerCase();
	return extension === undefined || TYPES[type].extensions.includes(extension);
}

/** The ending for a file name of our own making. */
export function extensionOf(type: FileType): string {
	return TYPES[type].extensions[0] ?? 'bin';
}

/**
 * Whether the bytes are what was announced and nothing beside it (ASVS 5.2.2): the type's own first
 * bytes, no markup in the head, no ZIP at the end, a PDF with its end mark.
 * `head` holds the first and `tail` the last bytes, `TAIL_BYTES` each where the file is that long.
 */
export function isContentOfType(type: FileType, head: Uint8Array, tail: Uint8Array): boolean {
	if (!TYPES[type].start.every((byte, index) => head[index] === byte)) return false;
	if (MARKUP.test(latin1(head.subarray(0, HEAD_BYTES)))) return false;
	if (hasZipEnd(tail.subarray(-TAIL_BYTES))) return false;
	return type !== 'application/pdf' || latin1(tail.subarray(-PDF_TAIL_BYTES)).includes('%%EOF');
}

function hasZipEnd(tail: Uint8Array): boolean {
	for (let at = tail.indexOf(0x50); at >= 0; at = tail.indexOf(0x50, at + 1)) {
		if (ZIP_END.every((byte, index) => tail[at + index] === byte)) return true;
	}
	return false;
}

function latin1(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
