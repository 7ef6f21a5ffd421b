// The file `passwords/common.bin`: a set of words as 40-bit fingerprints, sorted into 65 536 buckets, written by
// tools/build/password-list.ts. Some 25 bits an entry; a word that is not in the list is taken for one of it once in
// two million look-ups.
import { hash } from '@stablelib/sha256';

const MAGIC = [0x4b, 0x50, 0x4c, 0x31];
const BUCKETS = 65_536;
const LARGEST_BUCKET = 255;
const HEAD_BYTES = MAGIC.length + BUCKETS;
const FINGERPRINT_BYTES = 3;

/** Where static files have the list. */
export const PASSWORD_LIST_PATH = '/passwords/common.bin';

export type PasswordList = { readonly size: number; has(entry: string): boolean };

/** Writes the list; the same entries make the same file, in whatever order they come. */
export function packPasswordList(entries: Iterable<string>): Uint8Array<ArrayBuffer> {
	const buckets = Array.from({ length: BUCKETS }, () => new Set<number>());
	for (const entry of entries) {
		const { bucket, fingerprint } = placeOf(entry);
		buckets[bucket]?.add(fingerprint);
	}
	if (buckets.some(({ size }) => size > LARGEST_BUCKET))
		throw new Error('too many for the buckets');
	const fingerprints = buckets.flatMap((bucket) => [...bucket].toSorted((a, b) => a - b));
	const file = new Uint8Array(HEAD_BYTES + fingerprints.length * FINGERPRINT_BYTES);
	file.set(MAGIC);
	file.set(
		buckets.map(({ size }) => size),
		MAGIC.length
	);
	fingerprints.forEach((fingerprint, index) => {
		const at = HEAD_BYTES + index * FINGERPRINT_BYTES;
		file.set([fingerprint >>> 16, (fingerprint >>> 8) & 0xff, fingerprint & 0xff], at);
	});
	return file;
}

/** Reads the list. Throws for anything that is not one whole list: half a list would let words through. */
export function openPasswordList(file: Uint8Array): PasswordList {
	const starts = new Uint32Array(BUCKETS + 1);
	let size = 0;
	for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
		size += file[MAGIC.length + bucket] ?? 0;
		starts[bucket + 1] = size;
	}
	const isWhole = file.length === HEAD_BYTES + size * FINGERPRINT_BYTES;
	if (!isWhole || MAGIC.some((byte, index) => file[index] !== byte)) {
		throw new Error('the list of common passwords is damaged');
	}
	const fingerprintAt = (index: number) => {
		const at = HEAD_BYTES + index * FINGERPRINT_BYTES;
		return ((file[at] ?? 0) << 16) | ((file[at + 1] ?? 0) << 8) | (file[at + 2] ?? 0);
	};
	return {
		size,
		has(entry) {
			const { bucket, fingerprint } = placeOf(entry);
			const end = starts[bucket + 1] ?? 0;
			for (let index = starts[bucket] ?? 0; index < end; index += 1) {
				if (fingerprintAt(index) === fingerprint) return true;
			}
			return false;
		}
	};
}

function placeOf(entry: string): { readonly bucket: number; readonly fingerprint: number } {
	const [a = 0, b = 0, c = 0, d = 0, e = 0] = hash(new TextEncoder().encode(entry));
	return { bucket: (a << 8) | b, fingerprint: (c << 16) | (d << 8) | e };
}
