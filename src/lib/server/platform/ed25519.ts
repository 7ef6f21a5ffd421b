import { decodeBase64urlIgnorePadding } from '@oslojs/encoding';
import * as v from 'valibot';

export const ED25519 = 'Ed25519';
/** RFC 8410: what stands before a seed in PKCS #8. */
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);
const KEY_BITS = 256;

const publicJwkSchema = v.object({ x: v.string() });

/** 32 bytes of a root key for one use, by HKDF. */
export async function deriveKey(root: Uint8Array, info: string): Promise<Uint8Array> {
	const key = await crypto.subtle.importKey('raw', new Uint8Array(root), 'HKDF', false, [
		'deriveBits'
	]);
	const bits = await crypto.subtle.deriveBits(
		{
			name: 'HKDF',
			hash: 'SHA-256',
			salt: new Uint8Array(),
			info: new TextEncoder().encode(info)
		},
		key,
		KEY_BITS
	);
	return new Uint8Array(bits);
}

/** The pair of keys that a seed stands for. */
export async function signingKeyOf(
	seed: Uint8Array
): Promise<{ readonly privateKey: CryptoKey; readonly publicKey: Uint8Array }> {
	// Extractable for a moment only: WebCrypto tells a public key of a seed by no other way.
	const privateKey = await crypto.subtle.importKey(
		'pkcs8',
		Uint8Array.of(...PKCS8_PREFIX, ...seed),
		ED25519,
		true,
		['sign']
	);
	const jwk = v.parse(publicJwkSchema, await crypto.subtle.exportKey('jwk', privateKey));
	return { privateKey, publicKey: decodeBase64urlIgnorePadding(jwk.x) };
}
