/** The check of an upload, carried from piece to piece: the last one needs nothing that was stored. */
import type { FileType } from '#lib/domain/claims/claim.schema.ts';
import { HEAD_BYTES, isContentOfType, TAIL_BYTES } from '#lib/domain/documents/file-type.ts';
import {
	beginSha256,
	continueSha256,
	finishSha256Hex,
	packedSha256Bytes,
	packSha256,
	unpackSha256,
	type Sha256State
} from '#lib/server/platform/sha256.ts';

/** What has been seen of a file: its hash so far, and its first and last bytes as far as they came. */
export type UploadCheck = {
	readonly seenBytes: number;
	readonly hash: Sha256State;
	readonly head: Uint8Array;
	readonly tail: Uint8Array;
};

const NO_BYTES = new Uint8Array();

export function beginCheck(): UploadCheck {
	return { seenBytes: 0, hash: beginSha256(), head: NO_BYTES, tail: NO_BYTES };
}

/** The check after the next bytes of a file that is `sizeBytes` long. */
export function continueCheck(
	check: UploadCheck,
	sizeBytes: number,
	plain: Uint8Array
): UploadCheck {
	const tailStart = Math.max(0, sizeBytes - TAIL_BYTES);
	return {
		seenBytes: check.seenBytes + plain.length,
		hash: continueSha256(check.hash, plain),
		head: join(check.head, plain.subarray(0, HEAD_BYTES - check.head.length)),
		tail: join(check.tail, plain.subarray(Math.max(0, tailStart - check.seenBytes)))
	};
}

/** Whether the bytes are what was announced, and of the announced kind; `open` while some are missing. */
export function verdictOf(
	check: UploadCheck,
	file: { readonly sizeBytes: number; readonly sha256: string; readonly type: FileType }
): 'open' | 'complete' | 'refused' {
	if (check.seenBytes < file.sizeBytes) return 'open';
	const isAnnounced =
		finishSha256Hex(check.hash) === file.sha256 &&
		isContentOfType(file.type, check.head, check.tail);
	return isAnnounced ? 'complete' : 'refused';
}

/** One after the other without lengths: how long each is follows from how much has been seen. */
export function packCheck(check: UploadCheck): Uint8Array {
	return join(packSha256(check.hash), check.head, check.tail);
}

/** What `packCheck` packed after `seenBytes` of a file; null when it cannot be that. */
export function unpackCheck(
	packed: Uint8Array,
	{ seenBytes, sizeBytes }: { readonly seenBytes: number; readonly sizeBytes: number }
): UploadCheck | null {
	const hashBytes = packedSha256Bytes(seenBytes);
	const headBytes = Math.min(seenBytes, HEAD_BYTES);
	const tailBytes = Math.max(0, seenBytes - Math.max(0, sizeBytes - TAIL_BYTES));
	if (packed.length !== hashBytes + headBytes + tailBytes) return null;
	return {
		seenBytes,
		hash: unpackSha256(packed.subarray(0, hashBytes), seenBytes),
		head: packed.slice(hashBytes, hashBytes + headBytes),
		tail: packed.slice(hashBytes + headBytes)
	};
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
