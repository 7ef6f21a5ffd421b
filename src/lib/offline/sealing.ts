// AES-256-GCM for everything that lies on the device. Each record is bound to its place by AAD, so that one swapped
// for another, cut short or rolled back does not open.
const IV_BYTES = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type Sealed = { readonly iv: ArrayBuffer; readonly sealed: ArrayBuffer };
/** Where a record belongs: account, draft, kind, revision or part. */
export type Place = readonly (string | number)[];

/** A record that does not open: changed on the device, or moved from its place. */
export class DamagedRecord extends Error {
	override name = 'DamagedRecord';
}

export async function seal(key: CryptoKey, place: Place, bytes: BufferSource): Promise<Sealed> {
	const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
	const parameters = { name: 'AES-GCM', iv, additionalData: additionalDataOf(place) };
	return { iv: iv.buffer, sealed: await crypto.subtle.encrypt(parameters, key, bytes) };
}

export async function open(key: CryptoKey, place: Place, record: Sealed): Promise<ArrayBuffer> {
	const parameters = { name: 'AES-GCM', iv: record.iv, additionalData: additionalDataOf(place) };
	try {
		return await crypto.subtle.decrypt(parameters, key, record.sealed);
	} catch (cause) {
		throw new DamagedRecord('a record does not open at its place', { cause });
	}
}

export function sealJson(key: CryptoKey, place: Place, value: unknown): Promise<Sealed> {
	return seal(key, place, encoder.encode(JSON.stringify(value)));
}

export async function openJson(key: CryptoKey, place: Place, record: Sealed): Promise<unknown> {
	return JSON.parse(decoder.decode(await open(key, place, record)));
}

/** The key for this device from the 32 bytes of the escrow (base64url); script cannot read it back. */
export async function importVaultKey(text: string): Promise<CryptoKey> {
	const raw = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) =>
		char.charCodeAt(0)
	);
	try {
		return await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
	} finally {
		raw.fill(0);
	}
}

/** Lower-case hex SHA-256. */
export async function sha256Hex(bytes: BufferSource | string): Promise<string> {
	const input = typeof bytes === 'string' ? encoder.encode(bytes) : bytes;
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function additionalDataOf(place: Place): BufferSource {
	return encoder.encode(JSON.stringify(['kundenportal', 1, ...place]));
}
