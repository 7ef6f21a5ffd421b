import { encodeHexLowerCase } from '@oslojs/encoding';
import { hash, SHA256, type SavedState } from '@stablelib/sha256';

/** Without a promise: thousands of tree nodes in a row, where waiting would cost more than hashing. */
export function sha256(plain: Uint8Array): Uint8Array {
	return hash(plain);
}

/** Lower-case hex, as devices and receipts write it. */
export async function sha256Hex(plain: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(plain));
	return encodeHexLowerCase(new Uint8Array(digest));
}

const CHAIN_WORDS = 8;
const BLOCK_BYTES = 64;

/** A SHA-256 under way that can be put down after any byte and taken up by another request. */
export type Sha256State = SavedState;

export function beginSha256(): Sha256State {
	return new SHA256().saveState();
}

/** The state after more bytes; the one given stays as it is. WebCrypto has no such thing (decision 0022). */
export function continueSha256(state: Sha256State, plain: Uint8Array): Sha256State {
	return new SHA256().restoreState(state).update(plain).saveState();
}

export function finishSha256Hex(state: Sha256State): string {
	return encodeHexLowerCase(new SHA256().restoreState(state).digest());
}

/** How long `packSha256` is after `hashedBytes`: the chain and what does not fill a block yet. */
export function packedSha256Bytes(hashedBytes: number): number {
	return CHAIN_WORDS * 4 + (hashedBytes % BLOCK_BYTES);
}

export function packSha256({ state, buffer, bufferLength }: Sha256State): Uint8Array {
	const packed = new Uint8Array(CHAIN_WORDS * 4 + bufferLength);
	const view = new DataView(packed.buffer);
	for (const [index, word] of state.entries()) view.setInt32(index * 4, word);
	if (buffer) packed.set(buffer.subarray(0, bufferLength), CHAIN_WORDS * 4);
	return packed;
}

/** What `packSha256` packed after `hashedBytes`. */
export function unpackSha256(packed: Uint8Array, hashedBytes: number): Sha256State {
	const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
	const state = Int32Array.from({ length: CHAIN_WORDS }, (_, index) => view.getInt32(index * 4));
	const bufferLength = hashedBytes % BLOCK_BYTES;
	const start = CHAIN_WORDS * 4;
	const buffer = packed.slice(start, start + bufferLength);
	return { state, buffer, bufferLength, bytesHashed: hashedBytes };
}
