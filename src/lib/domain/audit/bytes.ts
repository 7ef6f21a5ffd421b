/** SHA-256 as the caller has it: the domain brings no vendor, the verifier a faster one than the Worker. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;

export function utf8(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}

/** One array of all parts, in order. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** Whether both hold the same bytes. For public hashes: it tells its time. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false;
	for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
	return true;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex. */
export function hex(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += HEX[byte] ?? '';
	return text;
}
