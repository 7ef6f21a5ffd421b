import { rootKey, type Keys } from './keys.ts';

/** Where a ciphertext lives. Bound as AAD: moved to another cell or person it does not open. */
export type Cell = {
	readonly table: string;
	readonly column: string;
	readonly rowId: string;
	readonly personId: string;
};

/** What the database keeps of a person's data key. */
export type WrappedKey = { readonly wrappedKey: Uint8Array; readonly rootVersion: number };

const FORMAT_VERSION = 1;
const IV_BYTES = 12;
const AES_GCM = 'AES-GCM';

/**
 * Encryption at the repositories' border (security.md 3.8). One instance serves one request and
 * forgets its keys with it. Format of a value: version, IV, ciphertext with tag.
 */
export type Cipher = {
	/** Makes a person's data key; the wrapped form goes into `people`. */
	createPerson(personId: string): Promise<WrappedKey>;
	/** Unwraps a person's key as read from `people`, so that `seal` and `open` know it. */
	learn(personId: string, wrapped: WrappedKey): Promise<void>;
	/** Throws when the person's key was neither made nor learnt in this request. */
	seal(cell: Cell, plain: Uint8Array): Promise<Uint8Array>;
	/** Throws one and the same error for a wrong key, place or byte: nothing to learn from it. */
	open(cell: Cell, sealed: Uint8Array): Promise<Uint8Array>;
	sealJson(cell: Cell, value: unknown): Promise<Uint8Array>;
	openJson(cell: Cell, sealed: Uint8Array): Promise<unknown>;
	/** For authenticator secrets: sealed under a root of their own, not under the person's key. */
	sealTotpSecret(cell: Cell, secret: Uint8Array): Promise<Uint8Array>;
	openTotpSecret(cell: Cell, sealed: Uint8Array): Promise<Uint8Array>;
	/** Keyed hash for look-ups: without the key nobody can try addresses against the database. */
	blindIndex(purpose: string, text: string): Promise<Uint8Array>;
};

export function createCipher(keys: Keys, randomBytes: (length: number) => Uint8Array): Cipher {
	const keyring = new Map<string, CryptoKey>();
	const totpKeys = new Map<number, Promise<CryptoKey>>();

	function keyOf(personId: string): CryptoKey {
		const key = keyring.get(personId);
		if (!key) throw new Error('the data key of this person was not read in this request');
		return key;
	}
	function wrappingKey(version: number): Promise<CryptoKey> {
		return importKey(rootKey(keys, 'data', version), 'AES-KW', ['wrapKey', 'unwrapKey']);
	}
	function totpKey(version: number): Promise<CryptoKey> {
		const known = totpKeys.get(version);
		if (known) return known;
		const fresh = importKey(rootKey(keys, 'totp', version), AES_GCM, ['encrypt', 'decrypt']);
		totpKeys.set(version, fresh);
		return fresh;
	}

	const cipher: Cipher = {
		async createPerson(personId) {
			const rootVersion = keys.data.current;
			const dataKey = await importKey(randomBytes(32), AES_GCM, ['encrypt', 'decrypt'], true);
			const wrapped = await crypto.subtle.wrapKey(
				'raw',
				dataKey,
				await wrappingKey(rootVersion),
				'AES-KW'
			);
			keyring.set(personId, dataKey);
			return { wrappedKey: new Uint8Array(wrapped), rootVersion };
		},
		async learn(personId, { wrappedKey, rootVersion }) {
			if (keyring.has(personId)) return;
			const dataKey = await crypto.subtle.unwrapKey(
				'raw',
				asBuffer(wrappedKey),
				await wrappingKey(rootVersion),
				'AES-KW',
				AES_GCM,
				false,
				['encrypt', 'decrypt']
			);
			keyring.set(personId, dataKey);
		},
		seal: (cell, plain) => encrypt(keyOf(cell.personId), cell, plain, randomBytes),
		open: (cell, sealed) => decrypt(keyOf(cell.personId), cell, sealed),
		sealJson: (cell, value) => cipher.seal(cell, new TextEncoder().encode(JSON.stringify(value))),
		async openJson(cell, sealed) {
			const json: unknown = JSON.parse(new TextDecoder().decode(await cipher.open(cell, sealed)));
			return json;
		},
		async sealTotpSecret(cell, secret) {
			const version = keys.totp.current;
			const sealed = await encrypt(await totpKey(version), cell, secret, randomBytes);
			return joinBytes(Uint8Array.of(version), sealed);
		},
		async openTotpSecret(cell, sealed) {
			return decrypt(await totpKey(sealed[0] ?? 0), cell, sealed.subarray(1));
		},
		async blindIndex(purpose, text) {
			const key = await crypto.subtle.importKey(
				'raw',
				asBuffer(rootKey(keys, 'blindIndex')),
				{ name: 'HMAC', hash: 'SHA-256' },
				false,
				['sign']
			);
			const labelled = new TextEncoder().encode(`${purpose}\u0000${text}`);
			return new Uint8Array(await crypto.subtle.sign('HMAC', key, labelled));
		}
	};
	return cipher;
}

/** Where a chunk lies, and how long its whole file is. */
export type ChunkPlace = {
	readonly fileId: string;
	readonly startByte: number;
	readonly fileBytes: number;
};

/**
 * Encrypts one chunk of a file under the file's own key. Position and length of the file are bound:
 * chunks cannot swap, and a file cut short in the database does not open.
 */
export async function sealChunk(
	fileKey: Uint8Array,
	place: ChunkPlace,
	plain: Uint8Array,
	randomBytes: (length: number) => Uint8Array
): Promise<Uint8Array> {
	const key = await importKey(fileKey, AES_GCM, ['encrypt']);
	return encrypt(key, chunkCell(place), plain, randomBytes);
}

/** Opens what `sealChunk` made. Throws when a byte, the file, its length or the position differs. */
export async function openChunk(
	fileKey: Uint8Array,
	place: ChunkPlace,
	sealed: Uint8Array
): Promise<Uint8Array> {
	return decrypt(await importKey(fileKey, AES_GCM, ['decrypt']), chunkCell(place), sealed);
}

function chunkCell(place: ChunkPlace): Cell {
	return {
		table: 'file_chunks',
		column: 'ciphertext',
		rowId: `${place.fileId}@${place.startByte}/${place.fileBytes}`,
		personId: ''
	};
}

async function encrypt(
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

async function decrypt(key: CryptoKey, cell: Cell, value: Uint8Array): Promise<Uint8Array> {
	if (value[0] !== FORMAT_VERSION) throw new Error('a stored value could not be opened');
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
		throw new Error('a stored value could not be opened');
	}
}

/** Length-prefixed, so that no two cells share their bytes. */
function associatedData(cell: Cell): Uint8Array<ArrayBuffer> {
	const parts = [cell.table, cell.column, cell.rowId, cell.personId];
	return new TextEncoder().encode(parts.map((part) => `${part.length}:${part}`).join('|'));
}

function importKey(
	raw: Uint8Array,
	algorithm: 'AES-GCM' | 'AES-KW',
	usages: KeyUsage[],
	isExtractable = false
): Promise<CryptoKey> {
	return crypto.subtle.importKey('raw', asBuffer(raw), algorithm, isExtractable, usages);
}

/** WebCrypto's types want a plain ArrayBuffer underneath; a copy guarantees it. */
function asBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(bytes);
}

function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
