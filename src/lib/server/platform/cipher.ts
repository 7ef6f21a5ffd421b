import { rootKey, type KeyPurpose, type Keys } from './keys.ts';
import {
	AES_GCM,
	asBuffer,
	decryptValue,
	encryptValue,
	importKey,
	joinBytes,
	SealedValueError,
	type Cell
} from './sealed-value.ts';

export type { Cell } from './sealed-value.ts';

/** What the database keeps of a person's data key. */
export type WrappedKey = { readonly wrappedKey: Uint8Array; readonly rootVersion: number };

/**
 * Encryption at the repositories' border (security.md 3.8). One instance serves one request and
 * forgets its keys with it.
 */
export type Cipher = {
	/** Makes a person's data key; the wrapped form goes into `people`. */
	createPerson(personId: string): Promise<WrappedKey>;
	/** Unwraps a person's key as read from `people`, so that `seal` and `open` know it. */
	learn(personId: string, wrapped: WrappedKey): Promise<void>;
	/** The same data key under the current root: the values sealed with it stay as they are. */
	rewrap(wrapped: WrappedKey): Promise<WrappedKey>;
	/** Throws when the person's key was neither made nor learnt in this request. */
	seal(cell: Cell, plain: Uint8Array): Promise<Uint8Array>;
	/** Throws one and the same error for a wrong key, place or byte: nothing to learn from it. */
	open(cell: Cell, sealed: Uint8Array): Promise<Uint8Array>;
	sealJson(cell: Cell, value: unknown): Promise<Uint8Array>;
	openJson(cell: Cell, sealed: Uint8Array): Promise<unknown>;
	/**
	 * For authenticator secrets: sealed under a root of their own, not under the person's key. The
	 * first byte names the root's version, so that a statement can find what is left of an old one.
	 */
	sealTotpSecret(cell: Cell, secret: Uint8Array): Promise<Uint8Array>;
	openTotpSecret(cell: Cell, sealed: Uint8Array): Promise<Uint8Array>;
	/** The same secret under the current root. */
	resealTotpSecret(cell: Cell, sealed: Uint8Array): Promise<Uint8Array>;
	/**
	 * Keyed hash for look-ups: without the key nobody can try addresses against the database. The
	 * first byte names the key's version. This is the value to store.
	 */
	blindIndex(purpose: string, text: string): Promise<Uint8Array>;
	/** The values a row may have been stored under, current version first: for the look-up. */
	blindIndexes(purpose: string, text: string): Promise<readonly Uint8Array[]>;
	/** The version new values of a purpose are made under. */
	currentVersion(purpose: KeyPurpose): number;
};

export function createCipher(keys: Keys, randomBytes: (length: number) => Uint8Array): Cipher {
	const keyring = new Map<string, CryptoKey>();
	const totpKeys = new Map<number, Promise<CryptoKey>>();

	function keyOf(personId: string): CryptoKey {
		const key = keyring.get(personId);
		if (!key) throw new Error('the data key of this person was not read in this request');
		return key;
	}
	/** A row may name a version that was destroyed, or that somebody wrote into it. */
	function rootOf(purpose: 'data' | 'totp', version: number): Uint8Array {
		if (String(version) in keys[purpose].versions) return rootKey(keys, purpose, version);
		throw new SealedValueError(`a stored value needs the root key ${purpose} ${version}`);
	}
	function wrappingKey(version: number): Promise<CryptoKey> {
		return importKey(rootOf('data', version), 'AES-KW', ['wrapKey', 'unwrapKey']);
	}
	async function totpKey(version: number): Promise<CryptoKey> {
		const known = totpKeys.get(version);
		if (known) return known;
		const fresh = importKey(rootOf('totp', version), AES_GCM, ['encrypt', 'decrypt']);
		totpKeys.set(version, fresh);
		return fresh;
	}
	async function wrap(dataKey: CryptoKey): Promise<WrappedKey> {
		const rootVersion = keys.data.current;
		const root = await wrappingKey(rootVersion);
		const wrapped = await crypto.subtle.wrapKey('raw', dataKey, root, 'AES-KW');
		return { wrappedKey: new Uint8Array(wrapped), rootVersion };
	}
	async function unwrap(
		{ wrappedKey, rootVersion }: WrappedKey,
		isExtractable: boolean
	): Promise<CryptoKey> {
		const root = await wrappingKey(rootVersion);
		const usages: KeyUsage[] = ['encrypt', 'decrypt'];
		try {
			return await crypto.subtle.unwrapKey(
				'raw',
				asBuffer(wrappedKey),
				root,
				'AES-KW',
				AES_GCM,
				isExtractable,
				usages
			);
		} catch {
			throw new SealedValueError();
		}
	}
	async function indexUnder(version: number, purpose: string, text: string): Promise<Uint8Array> {
		const key = await crypto.subtle.importKey(
			'raw',
			asBuffer(rootKey(keys, 'blindIndex', version)),
			{ name: 'HMAC', hash: 'SHA-256' },
			false,
			['sign']
		);
		const labelled = new TextEncoder().encode(`${purpose}\u0000${text}`);
		const hash = new Uint8Array(await crypto.subtle.sign('HMAC', key, labelled));
		return joinBytes(Uint8Array.of(version), hash);
	}

	const cipher: Cipher = {
		async createPerson(personId) {
			const dataKey = await importKey(randomBytes(32), AES_GCM, ['encrypt', 'decrypt'], true);
			keyring.set(personId, dataKey);
			return wrap(dataKey);
		},
		async learn(personId, wrapped) {
			if (!keyring.has(personId)) keyring.set(personId, await unwrap(wrapped, false));
		},
		rewrap: async (wrapped) => wrap(await unwrap(wrapped, true)),
		seal: (cell, plain) => encryptValue(keyOf(cell.personId), cell, plain, randomBytes),
		open: (cell, sealed) => decryptValue(keyOf(cell.personId), cell, sealed),
		sealJson: (cell, value) => cipher.seal(cell, new TextEncoder().encode(JSON.stringify(value))),
		async openJson(cell, sealed) {
			const json: unknown = JSON.parse(new TextDecoder().decode(await cipher.open(cell, sealed)));
			return json;
		},
		async sealTotpSecret(cell, secret) {
			const version = keys.totp.current;
			const sealed = await encryptValue(await totpKey(version), cell, secret, randomBytes);
			return joinBytes(Uint8Array.of(version), sealed);
		},
		async openTotpSecret(cell, sealed) {
			return decryptValue(await totpKey(sealed[0] ?? 0), cell, sealed.subarray(1));
		},
		resealTotpSecret: async (cell, sealed) =>
			cipher.sealTotpSecret(cell, await cipher.openTotpSecret(cell, sealed)),
		blindIndex: (purpose, text) => indexUnder(keys.blindIndex.current, purpose, text),
		blindIndexes(purpose, text) {
			const { current, versions } = keys.blindIndex;
			const older = Object.keys(versions).map(Number);
			const candidates = [current, ...older.filter((version) => version !== current)];
			return Promise.all(candidates.map((version) => indexUnder(version, purpose, text)));
		},
		currentVersion: (purpose) => keys[purpose].current
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
	return encryptValue(key, chunkCell(place), plain, randomBytes);
}

/** Opens what `sealChunk` made. Throws when a byte, the file, its length or the position differs. */
export async function openChunk(
	fileKey: Uint8Array,
	place: ChunkPlace,
	sealed: Uint8Array
): Promise<Uint8Array> {
	return decryptValue(await importKey(fileKey, AES_GCM, ['decrypt']), chunkCell(place), sealed);
}

function chunkCell(place: ChunkPlace): Cell {
	return {
		table: 'file_chunks',
		column: 'ciphertext',
		rowId: `${place.fileId}@${place.startByte}/${place.fileBytes}`,
		personId: ''
	};
}
