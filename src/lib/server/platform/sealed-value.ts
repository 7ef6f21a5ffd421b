// AES-256-GCM of one stored value, bound to its place. Format: version, IV, ciphertext with tag.

/** Where a ciphertext lives. Bound as AAD: moved to another cell or person it does not open. */
export type Cell = {
	readonly table: string;
	readonly column: string;
	readonly rowId: string;
	readonly personId: string;
};

/**
 * A stored value or wrapped key did not open: changed, moved, or its root key is gone. One text for
 * every cause, so that an answer teaches nothing (D2). `handleError` logs and records it.
 */
export class SealedValueError extends Error {
	constructor(message = 'a stored value could not be opened') {
		super(message);
		this.name = 'SealedValueError';
	}
}

export const AES_GCM = 'AES-GCM';

const FORMAT_VERSION = 1;
const IV_BYTES = 12;

export async function encryptValue(
	key: CryptoKey,
	cell: Cell,
	plain: Uint8Array,
	randomBytes: (length: number) => Uint8Array
): Promise<Uint8Array> {
	const iv = randomBytes(IV_BYTES);
	const sealed = await crypto.subtle.encrypt(
		{ name: AES_GCM, iv: asBuffer(iv), additionalData: associatedData(cell) },
		key,
		asBuffer(plain)
	);
	return joinBytes(Uint8Array.of(FORMAT_VERSION), iv, new Uint8Array(sealed));
}

/** Throws one and the same `SealedValueError` for a wrong key, place or byte. */
export async function decryptValue(
	key: CryptoKey,
	cell: Cell,
	value: Uint8Array
): Promise<Uint8Array> {
	if (value[0] !== FORMAT_VERSION) throw new SealedValueError();
	const iv = asBuffer(value.subarray(1, 1 + IV_BYTES));
	const sealed = asBuffer(value.subarray(1 + IV_BYTES));
	try {
		const plain = await crypto.subtle.decrypt(
			{ name: AES_GCM, iv, additionalData: associatedData(cell) },
			key,
			sealed
		);
		return new Uint8Array(plain);
	} catch {
		throw new SealedValueError();
	}
}

/** Length-prefixed, so that no two cells share their bytes. */
function associatedData(cell: Cell): Uint8Array<ArrayBuffer> {
	const parts = [cell.table, cell.column, cell.rowId, cell.personId];
	return new TextEncoder().encode(parts.map((part) => `${part.length}:${part}`).join('|'));
}

export function importKey(
	raw: Uint8Array,
	algorithm: 'AES-GCM' | 'AES-KW',
	usages: KeyUsage[],
	isExtractable = false
): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', asBuffer(raw), algorithm, isExtractable, usages);
}

/** WebCrypto's types want a plain ArrayBuffer underneath; a copy guarantees it. */
export function asBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(bytes);
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
