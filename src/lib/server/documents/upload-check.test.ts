import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEAD_BYTES, TAIL_BYTES } from '#lib/domain/documents/file-type.ts';
import {
	beginCheck,
	continueCheck,
	packCheck,
	unpackCheck,
	verdictOf,
	type UploadCheck
} from './upload-check.ts';

function jpegOf(sizeBytes: number): Uint8Array {
	const bytes = Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 31) % 251);
	bytes.set([0xff, 0xd8, 0xff, 0xe0]);
	return bytes;
}
const announced = (bytes: Uint8Array) => ({
	sizeBytes: bytes.length,
	sha256: createHash('sha256').update(bytes).digest('hex'),
	type: 'image/jpeg' as const
});

/** As requests do it: after every piece the check is put away and taken up by somebody new. */
function carry(bytes: Uint8Array, cuts: readonly number[]): UploadCheck {
	const sizeBytes = bytes.length;
	const ends = [...cuts.map((cut) => cut % sizeBytes), sizeBytes].toSorted((a, b) => a - b);
	let check = beginCheck();
	for (const end of ends) {
		const next = continueCheck(check, sizeBytes, bytes.subarray(check.seenBytes, end));
		const unpacked = unpackCheck(packCheck(next), { seenBytes: end, sizeBytes });
		if (!unpacked) throw new Error('what was packed does not unpack');
		check = unpacked;
	}
	return check;
}

/** Byte by byte in one step: the matcher of the test library takes milliseconds for as much. */
const areSame = (one: Uint8Array, other: Uint8Array) => Buffer.from(one).equals(other);

const cutsOf = fc.array(fc.nat(), { maxLength: 8 });

test('F1: however a file is cut, the check carried through comes to the verdict on the whole', () => {
	fc.assert(
		fc.property(fc.integer({ min: 4, max: 140_000 }), cutsOf, (sizeBytes, cuts) => {
			const bytes = jpegOf(sizeBytes);
			const check = carry(bytes, cuts);
			expect(areSame(check.head, bytes.subarray(0, HEAD_BYTES))).toBe(true);
			expect(areSame(check.tail, bytes.subarray(-TAIL_BYTES))).toBe(true);
			expect(verdictOf(check, announced(bytes))).toBe('complete');
		}),
		{ numRuns: 30 }
	);
});

test('F1: one bit changed anywhere, in any piece, is refused', () => {
	fc.assert(
		fc.property(fc.nat(), fc.nat(7), cutsOf, (at, bit, cuts) => {
			const bytes = jpegOf(90_000);
			const sent = bytes.slice();
			const place = at % sent.length;
			sent[place] = (sent[place] ?? 0) ^ (1 << bit);
			expect(verdictOf(carry(sent, cuts), announced(bytes))).toBe('refused');
		}),
		{ numRuns: 30 }
	);
});

test('F1: a ZIP that hangs on the end is seen when the end comes in pieces', () => {
	const bytes = jpegOf(100_000);
	bytes.set([0x50, 0x4b, 5, 6], bytes.length - 22);
	for (const cut of [99_978, 99_979, 99_980, 99_981, 99_999]) {
		expect(verdictOf(carry(bytes, [cut]), announced(bytes))).toBe('refused');
	}
});

test('there is no verdict while a byte is missing', () => {
	const bytes = jpegOf(5000);
	const check = continueCheck(beginCheck(), 5000, bytes.subarray(0, 4999));
	expect(verdictOf(check, announced(bytes))).toBe('open');
});

test('what is kept between two pieces stays small until the end of the file is near', () => {
	const check = continueCheck(beginCheck(), 10_485_760, jpegOf(262_145));
	expect(packCheck(check).length).toBe(32 + 1 + HEAD_BYTES);
});

test('bytes of another length are no check', () => {
	const check = continueCheck(beginCheck(), 5000, jpegOf(1000));
	const packed = packCheck(check);
	const place = { seenBytes: 1000, sizeBytes: 5000 };
	expect(unpackCheck(packed, place)).not.toBeNull();
	expect(unpackCheck(packed.subarray(1), place)).toBeNull();
	expect(unpackCheck(packed, { ...place, seenBytes: 1001 })).toBeNull();
});
