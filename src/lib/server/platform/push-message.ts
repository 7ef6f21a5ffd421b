/** Messages to browsers by WebCrypto alone: sealed by RFC 8291, signed for by RFC 8292 (decision 0074). */
import { decodeBase64urlIgnorePadding, encodeBase64urlNoPadding } from '@oslojs/encoding';
import { HOUR_MS, SECOND_MS } from '#lib/domain/calendar.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Our half of one message: a fresh pair of keys and 16 random bytes. Never used twice. */
export type OwnHalf = { readonly keys: CryptoKeyPair; readonly salt: Bytes };

/** The browser's half, as it handed it out. */
export type Subscriber = { readonly publicKey: Bytes; readonly auth: Bytes };

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
/** Size of a record in the head of RFC 8188; ours is the only one and much shorter. */
const RECORD_SIZE = [0, 0, 16, 0];
/** Ends the last record (RFC 8188 section 2). */
const LAST_RECORD = 2;
const TOKEN_LIFETIME_MS = 12 * HOUR_MS;

export const newPushKeys = (): Promise<CryptoKeyPair> =>
	crypto.subtle.generateKey(CURVE, true, ['deriveBits']);

/** The body of a push with `Content-Encoding: aes128gcm`. */
export async function sealPush(text: string, to: Subscriber, own: OwnHalf): Promise<Bytes> {
	const theirs = await crypto.subtle.importKey('raw', to.publicKey, CURVE, true, []);
	const ownPublic = await crypto.subtle.exportKey('raw', own.keys.publicKey);
	const agreement = { name: 'ECDH', public: theirs };
	const agreed = await crypto.subtle.deriveBits(agreement, own.keys.privateKey, 256);
	const both = joined('WebPush: info\0', to.publicKey, ownPublic);
	const secret = await expand(agreed, to.auth, both, 256);
	const keyBits = await expand(secret, own.salt, joined('Content-Encoding: aes128gcm\0'), 128);
	const iv = await expand(secret, own.salt, joined('Content-Encoding: nonce\0'), 96);
	const key = await crypto.subtle.importKey('raw', keyBits, 'AES-GCM', false, ['encrypt']);
	const plain = joined(text, Uint8Array.of(LAST_RECORD));
	const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain);
	const head = [own.salt, Uint8Array.of(...RECORD_SIZE, ownPublic.byteLength), ownPublic];
	return joined(...head, sealed);
}

/** Extract and expand of RFC 5869 in one step. */
async function expand(secret: BufferSource, salt: Bytes, info: Bytes, bits: number) {
	const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
	return crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, bits);
}

/** The key that says who sends: its public half is what a browser subscribes with. */
export type SenderKey = { readonly x: string; readonly y: string; readonly d: string };

/** The value of `Authorization` for the service of `audience`, good for twelve hours. */
export async function pushAuthorization(
	sender: SenderKey,
	claims: { readonly audience: string; readonly contact: string; readonly nowMs: number }
): Promise<string> {
	const key = await crypto.subtle.importKey(
		'jwk',
		{ kty: 'EC', crv: 'P-256', x: sender.x, y: sender.y, d: sender.d },
		{ name: 'ECDSA', namedCurve: 'P-256' },
		false,
		['sign']
	);
	const exp = Math.floor((claims.nowMs + TOKEN_LIFETIME_MS) / SECOND_MS);
	const text = [
		{ typ: 'JWT', alg: 'ES256' },
		{ aud: claims.audience, exp, sub: claims.contact }
	]
		.map((part) => encodeBase64urlNoPadding(joined(JSON.stringify(part))))
		.join('.');
	const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
	const signature = await crypto.subtle.sign(algorithm, key, joined(text));
	const token = `${text}.${encodeBase64urlNoPadding(new Uint8Array(signature))}`;
	return `vapid t=${token}, k=${publicSenderKey(sender)}`;
}

/** What `applicationServerKey` of a browser is: the point, uncompressed, in base64url. */
export function publicSenderKey({ x, y }: Pick<SenderKey, 'x' | 'y'>): string {
	const point = joined(Uint8Array.of(4), bytesOf(x), bytesOf(y));
	return encodeBase64urlNoPadding(point);
}

function joined(...parts: readonly (string | Bytes | ArrayBuffer)[]): Bytes {
	const pieces = parts.map((part) =>
		typeof part === 'string' ? new TextEncoder().encode(part) : new Uint8Array(part)
	);
	const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
	let place = 0;
	for (const piece of pieces) {
		whole.set(piece, place);
		place += piece.length;
	}
	return whole;
}

/** What a browser or a key file writes in base64url. */
export const bytesOf = (text: string): Bytes => new Uint8Array(decodeBase64urlIgnorePadding(text));
