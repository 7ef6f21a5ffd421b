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

/** The key for this device from its 32 bytes; script cannot read it back. The bytes are the caller's to wipe. */
export function importVaultKey(raw: BufferSource): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

export function bytesOfBase64url(text: string): Uint8Array<ArrayBuffer> {
	const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
	return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

export function base64urlOf(bytes: Uint8Array): string {
	const binary = String.fromCharCode(...bytes);
	return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replaceAll('=', '');
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
