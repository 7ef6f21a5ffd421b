import { HASH_BYTES } from './bytes.ts';

/** What a checkpoint says of the log (c2sp.org/tlog-checkpoint). */
export type Checkpoint = {
	/** Which log: the portal's host and `/audit`. */
	readonly origin: string;
	readonly size: number;
	readonly root: Uint8Array;
};

/** A note taken apart (c2sp.org/signed-note). Nothing is proven before its signature is checked. */
export type ParsedNote = {
	readonly checkpoint: Checkpoint;
	/** What is signed: all up to the blank line. */
	readonly text: string;
	readonly signatures: readonly NoteSignature[];
};

export type NoteSignature = {
	readonly name: string;
	/** Four bytes of the key's hash, then the signature. */
	readonly bytes: Uint8Array;
};

const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/;
const SIZE = /^(0|[1-9]\d{0,15})$/;

/** The name of the log of the portal at this address, and of the key that signs for it. */
export function logOrigin(portalUrl: string): string {
	return `${new URL(portalUrl).host}/audit`;
}

/** The three lines that are signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
	return `${origin}\n${size}\n${base64(root)}\n`;
}

/** The note's parts, or null when it is no checkpoint in this form. Further lines of the text are allowed. */
export function parseCheckpoint(note: string): ParsedNote | null {
	const end = note.lastIndexOf('\n\n');
	if (end < 0 || !note.endsWith('\n')) return null;
	const text = note.slice(0, end + 1);
	const [origin, size, root] = text.split('\n');
	const hash = bytesOf(root ?? '');
	if (!origin || !SIZE.test(size ?? '') || hash?.length !== HASH_BYTES) return null;
	const signatures = note
		.slice(end + 2, -1)
		.split('\n')
		.map(parseSignature);
	if (!signatures.every((one) => one !== null)) return null;
	return { checkpoint: { origin, size: Number(size), root: hash }, text, signatures };
}

function parseSignature(line: string): NoteSignature | null {
	const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
	const bytes = bytesOf(encoded ?? '');
	return name && bytes ? { name, bytes } : null;
}

/** Under which name a checkpoint is kept outside the database: sorted by name is sorted by size. */
export function checkpointFileName(size: number): string {
	return `${String(size).padStart(16, '0')}.txt`;
}

/** The size in a checkpoint's file name, or null for any other name. */
export function sizeOfFileName(name: string): number | null {
	return /^\d{16}\.txt$/.test(name) ? Number(name.slice(0, 16)) : null;
}

export function base64(bytes: Uint8Array): string {
	return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Null for anything but the one encoding of some bytes: two notes must not differ and mean the same. */
function bytesOf(encoded: string): Uint8Array | null {
	try {
		const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
		return base64(bytes) === encoded ? bytes : null;
	} catch {
		return null;
	}
}
