// The vault key wrapped by what its owner knows or has (offline.md 3.4; decisions 0038 and 0039). Loaded only where an
// envelope is made or opened. The bytes of the key live as short as possible: whoever asks for them wipes them.
import { normalisePassphrase } from '#lib/domain/accounts/passphrase.ts';
import type { EnvelopeRow, OfflineDatabase } from './database.ts';
import { DamagedRecord, open, seal, type Place } from './sealing.ts';

/** PBKDF2-HMAC-SHA-256: what OWASP asks for. An envelope keeps its own number: it may be raised here at any time. */
export const PASSPHRASE_ROUNDS = 600_000;
export const PASSPHRASE = 'passphrase';
export const PIN = 'pin';
const SALT_BYTES = 32;
const AES = { name: 'AES-GCM', length: 256 };
const AES_USES: KeyUsage[] = ['encrypt', 'decrypt'];
const encoder = new TextEncoder();

export type KeyBytes = Uint8Array<ArrayBuffer>;
/** An envelope without its content. */
export type Wrapping = Pick<EnvelopeRow, 'accountRef' | 'id' | 'kind' | 'salt' | 'rounds'>;

export function newWrapping(accountRef: string, kind: 'passphrase' | 'pin'): Wrapping {
	return { accountRef, id: kind, kind, salt: newSalt(), rounds: PASSPHRASE_ROUNDS };
}

export function newSalt(): ArrayBuffer {
	return crypto.getRandomValues(new Uint8Array(SALT_BYTES)).buffer;
}

/** The key that a passphrase makes for this envelope. Takes about half a second on a phone. */
export async function keyOfPassphrase(wrapping: Wrapping, passphrase: string): Promise<CryptoKey> {
	const base = await baseKeyOf(passphrase);
	return crypto.subtle.deriveKey(stretchingOf(wrapping), base, AES, false, AES_USES);
}

/** The PRF's answer is never the key itself: another use of the same passkey must not give it away. */
export async function keyOfPasskey(
	{ accountRef, salt }: Wrapping,
	secret: ArrayBuffer
): Promise<CryptoKey> {
	const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
	const info = encoder.encode(`kundenportal vault ${accountRef}`);
	return crypto.subtle.deriveKey(
		{ name: 'HKDF', hash: 'SHA-256', salt, info },
		base,
		AES,
		false,
		AES_USES
	);
}

/** Six digits are soon guessed: they count only with a key that never leaves this device. */
export async function keyOfPin(
	wrapping: Wrapping,
	pin: string,
	deviceKey: CryptoKey
): Promise<CryptoKey> {
	const stretched = await crypto.subtle.deriveBits(
		stretchingOf(wrapping),
		await baseKeyOf(pin),
		256
	);
	const bound = await crypto.subtle.sign('HMAC', deviceKey, stretched);
	return crypto.subtle.importKey('raw', bound, AES.name, false, AES_USES);
}

/** The vault key, or null when this is not what the envelope was made with. */
export async function unwrap(row: EnvelopeRow, key: CryptoKey): Promise<KeyBytes | null> {
	try {
		return new Uint8Array(await open(key, placeOf(row), row));
	} catch (error) {
		if (error instanceof DamagedRecord) return null;
		throw error;
	}
}

/** Puts an envelope on the device. True only when it has been read back and opens. */
export async function keepEnvelope(
	database: OfflineDatabase,
	wrapping: Wrapping,
	key: CryptoKey,
	vaultKey: KeyBytes
): Promise<boolean> {
	const record = await seal(key, placeOf(wrapping), vaultKey);
	await database.envelopes.put({
		...wrapping,
		...record,
		provenAtMs: Date.now(),
		isBroken: false
	});
	const kept = await database.envelopes.get([wrapping.accountRef, wrapping.id]);
	const opened = kept && (await unwrap(kept, key));
	return opened?.every((byte, index) => byte === vaultKey[index]) ?? false;
}

function baseKeyOf(text: string): Promise<CryptoKey> {
	const bytes = encoder.encode(normalisePassphrase(text));
	return crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveKey', 'deriveBits']);
}

function stretchingOf({ salt, rounds }: Wrapping): Pbkdf2Params {
	return { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
}

function placeOf({ accountRef, kind, id, rounds }: Wrapping): Place {
	return [accountRef, 'envelope', kind, id, rounds];
}
