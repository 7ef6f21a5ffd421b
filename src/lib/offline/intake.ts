// What is shared to the app from the phone, sealed by the service worker for whoever opened the drafts last: with their
// public key, so that it works while they are locked. This file is all that the worker has of the portal: no library.
// ECDH on P-256 with a fresh pair a record, HKDF-SHA-256, AES-256-GCM bound to account and record.

export const INBOX_STORE = 'inbox';
export const INTAKES_STORE = 'intakes';
/** More is not taken at once: the worker holds it all in memory. */
export const MAX_SHARED_FILES = 20;
export const MAX_SHARED_BYTES = 100 * 1024 * 1024;

/** The public half of an account's pair, in clear; the private half sealed under its vault key. */
export type Intake = {
	readonly accountRef: string;
	/** Uncompressed point. */
	readonly publicKey: ArrayBuffer;
	/** Grows with every opening: the largest is whom things are sealed for. */
	readonly order: number;
};

export type InboxRow = {
	readonly id: string;
	readonly accountRef: string;
	readonly ephemeralKey: ArrayBuffer;
	readonly iv: ArrayBuffer;
	readonly sealed: ArrayBuffer;
};

export const EC = { name: 'ECDH', namedCurve: 'P-256' } as const;
const IV_BYTES = 12;
const LENGTH_BYTES = 4;
const encoder = new TextEncoder();

/** Seals files for the holder of the private half. */
export async function sealShared(
	intake: Pick<Intake, 'accountRef' | 'publicKey'>,
	id: string,
	files: readonly File[]
): Promise<InboxRow> {
	const pair = await crypto.subtle.generateKey(EC, false, ['deriveBits']);
	const publicKey = await crypto.subtle.importKey('raw', intake.publicKey, EC, false, []);
	const ephemeralKey = await crypto.subtle.exportKey('raw', pair.publicKey);
	const { accountRef } = intake;
	const key = await keyBetween(pair.privateKey, publicKey, ephemeralKey);
	const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
	const sealed = await crypto.subtle.encrypt(
		parametersOf(iv, accountRef, id),
		key,
		await pack(files)
	);
	return { id, accountRef, ephemeralKey, iv: iv.buffer, sealed };
}

/** The files of a record. Throws where it was changed, moved, or is another account's. */
export async function openShared(privateKey: CryptoKey, row: InboxRow): Promise<readonly File[]> {
	const ephemeral = await crypto.subtle.importKey('raw', row.ephemeralKey, EC, false, []);
	const key = await keyBetween(privateKey, ephemeral, row.ephemeralKey);
	const parameters = parametersOf(new Uint8Array(row.iv), row.accountRef, row.id);
	return unpack(await crypto.subtle.decrypt(parameters, key, row.sealed));
}

async function keyBetween(
	privateKey: CryptoKey,
	publicKey: CryptoKey,
	ephemeralKey: ArrayBuffer
): Promise<CryptoKey> {
	const shared = await crypto.subtle.deriveBits(
		{ name: 'ECDH', public: publicKey },
		privateKey,
		256
	);
	const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
	const info = encoder.encode('kundenportal inbox 1');
	return crypto.subtle.deriveKey(
		{ name: 'HKDF', hash: 'SHA-256', salt: ephemeralKey, info },
		material,
		{ name: 'AES-GCM', length: 256 },
		false,
		['encrypt', 'decrypt']
	);
}

function parametersOf(iv: Uint8Array<ArrayBuffer>, accountRef: string, id: string): AesGcmParams {
	const additionalData = encoder.encode(
		JSON.stringify(['kundenportal', 1, accountRef, 'inbox', id])
	);
	return { name: 'AES-GCM', iv, additionalData };
}

/** Names, types and sizes as JSON behind their length, then the bytes one after the other. */
async function pack(files: readonly File[]): Promise<ArrayBuffer> {
	const list = files.map(({ name, type, size }) => ({ name, type, size }));
	const head = encoder.encode(JSON.stringify(list));
	const length = new Uint8Array(LENGTH_BYTES);
	new DataView(length.buffer).setUint32(0, head.length);
	return new Blob([length, head, ...files]).arrayBuffer();
}

function unpack(bytes: ArrayBuffer): readonly File[] {
	const headBytes = new DataView(bytes).getUint32(0);
	let at = LENGTH_BYTES + headBytes;
	// Sealed by this very app and opened by its key: its inside is trusted.
	const list = JSON.parse(new TextDecoder().decode(bytes.slice(LENGTH_BYTES, at))) as readonly {
		name: string;
		type: string;
		size: number;
	}[];
	return list.map(({ name, type, size }) => {
		const file = new File([bytes.slice(at, at + size)], name, { type });
		at += size;
		return file;
	});
}
