import { encodeHexLowerCase } from '@oslojs/encoding';

/** Lower-case hex, as devices and receipts write it. */
export async function sha256Hex(plain: Uint8Array): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(plain));
	return encodeHexLowerCase(new Uint8Array(digest));
}
