import { encodeHexLowerCase } from '@oslojs/encoding';
import { hash } from '@stablelib/sha256';

/** Without a promise: thousands of tree nodes in a row, where waiting would cost more than hashing. */
export function sha256(plain: Uint8Array): Uint8Array {
	return hash(plain);
}

/** Lower-case hex, as devices and receipts write it. */
export async function sha256Hex(plain: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(plain));
	return encodeHexLowerCase(new Uint8Array(digest));
}
