import { decodeBase64, encodeBase64 } from '@oslojs/encoding';
import { parseCheckpoint, type Checkpoint } from '#lib/domain/audit/checkpoint.ts';
import { deriveKey, ED25519, signingKeyOf } from './ed25519.ts';
import { rootKey, type Keys } from './keys.ts';

const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const TAG_BYTES = 32;
const VERSION_BYTES = 2;
/** Type of an Ed25519 key in a signed note (c2sp.org/signed-note). */
const NOTE_ED25519 = 0x01;
const KEY_HASH_BYTES = 4;

/**
 * What the Worker can do to the log and somebody with the database alone cannot: mark a leaf as
 * written by the portal, and sign a checkpoint. Both keys come from the audit root key by HKDF.
 */
export type AuditSignature = {
	/** Version of the key and HMAC of the leaf hash. */
	tag(leafHash: Uint8Array): Promise<Uint8Array>;
	isTag(leafHash: Uint8Array, tag: Uint8Array): Promise<boolean>;
	/** A signed note (c2sp.org/signed-note): the text, a blank line, the signature's line. */
	signNote(name: string, text: string): Promise<string>;
	/** The checkpoint of a note this portal has signed, with whatever version of its key; else null. */
	openNote(note: string): Promise<Checkpoint | null>;
	/** The public keys under this name, all versions. */
	verifierKeys(name: string): Promise<readonly string[]>;
};

export function createAuditSignature(keys: Keys): AuditSignature {
	const macKeys = new Map<number, Promise<CryptoKey>>();
	function macKey(version: number): Promise<CryptoKey> {
		const known = macKeys.get(version);
		if (known) return known;
		const fresh = auditMacKey(keys, version).then((raw) =>
			crypto.subtle.importKey('raw', new Uint8Array(raw), HMAC, false, ['sign', 'verify'])
		);
		macKeys.set(version, fresh);
		return fresh;
	}
	return {
		async tag(leafHash) {
			const version = keys.audit.current;
			const mac = await crypto.subtle.sign('HMAC', await macKey(version), new Uint8Array(leafHash));
			const tag = new Uint8Array(VERSION_BYTES + TAG_BYTES);
			new DataView(tag.buffer).setUint16(0, version);
			tag.set(new Uint8Array(mac), VERSION_BYTES);
			return tag;
		},
		async isTag(leafHash, tag) {
			const version = versionOfTag(tag);
			if (version === null || !(String(version) in keys.audit.versions)) return false;
			return crypto.subtle.verify(
				'HMAC',
				await macKey(version),
				new Uint8Array(tag.subarray(VERSION_BYTES)),
				new Uint8Array(leafHash)
			);
		},
		async signNote(name, text) {
			const { privateKey, publicKey } = await signingKey(keys, keys.audit.current);
			const signature = await crypto.subtle.sign(
				ED25519,
				privateKey,
				new TextEncoder().encode(text)
			);
			const keyHash = await noteKeyHash(name, publicKey);
			const line = encodeBase64(Uint8Array.of(...keyHash, ...new Uint8Array(signature)));
			return `${text}\n\u2014 ${name} ${line}\n`;
		},
		verifierKeys: (name) => noteVerifierKeys(keys, name),
		async openNote(note) {
			// Under the name it bears: the portal may have moved to another address since.
			const name = parseCheckpoint(note)?.checkpoint.origin ?? '';
			return openNote(note, name ? await noteVerifierKeys(keys, name) : []);
		}
	};
}

/** The key version a tag names, or null when it is no tag. */
export function versionOfTag(tag: Uint8Array): number | null {
	if (tag.length !== VERSION_BYTES + TAG_BYTES) return null;
	return new DataView(tag.buffer, tag.byteOffset).getUint16(0);
}

/** The MAC inside a tag. */
export function macOfTag(tag: Uint8Array): Uint8Array {
	return tag.subarray(VERSION_BYTES);
}

/** The raw HMAC key of a version: for the verifier, which checks a million tags in one thread. */
export function auditMacKey(keys: Keys, version: number): Promise<Uint8Array> {
	return deriveKey(rootKey(keys, 'audit', version), 'kundenportal audit tag');
}

/** The public keys of all versions in the form a verifier takes: `name+hash+base64` (c2sp.org/signed-note). */
export function noteVerifierKeys(keys: Keys, name: string): Promise<readonly string[]> {
	const versions = Object.keys(keys.audit.versions).map(Number);
	return Promise.all(
		versions
			.toSorted((one, other) => one - other)
			.map(async (version) => {
				const { publicKey } = await signingKey(keys, version);
				const hash = await noteKeyHash(name, publicKey);
				const hashHex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
				return `${name}+${hashHex}+${encodeBase64(Uint8Array.of(NOTE_ED25519, ...publicKey))}`;
			})
	);
}

/**
 * The checkpoint a note carries when one of the verifier keys has signed it, else null. A note may
 * bear signatures of others (witnesses) beside ours.
 */
export async function openNote(
	note: string,
	verifierKeys: readonly string[]
): Promise<Checkpoint | null> {
	const parsed = parseCheckpoint(note);
	if (!parsed) return null;
	const { checkpoint, text, signatures } = parsed;
	for (const verifierKey of verifierKeys) {
		const { name, publicKey } = parseVerifierKey(verifierKey);
		if (checkpoint.origin !== name) continue;
		const keyHash = await noteKeyHash(name, publicKey);
		const key = await crypto.subtle.importKey('raw', publicKey, ED25519, false, ['verify']);
		for (const { name: signer, bytes } of signatures) {
			if (signer !== name || keyHash.some((byte, index) => byte !== bytes[index])) continue;
			const signature = new Uint8Array(bytes.subarray(KEY_HASH_BYTES));
			const signed = new TextEncoder().encode(text);
			if (await crypto.subtle.verify(ED25519, key, signature, signed)) return checkpoint;
		}
	}
	return null;
}

/** Throws on anything but `name+hash+base64` of an Ed25519 key: a mistyped key must not check nothing. */
export function parseVerifierKey(text: string): {
	readonly name: string;
	readonly publicKey: Uint8Array<ArrayBuffer>;
} {
	const [name, , encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text)?.slice(1) ?? [];
	const bytes = encoded ? decodeBase64(encoded) : new Uint8Array();
	if (!name || bytes[0] !== NOTE_ED25519 || bytes.length !== 1 + 32) {
		throw new Error('a verifier key reads name+hash+base64, as `npm run audit:keys` prints it');
	}
	return { name, publicKey: new Uint8Array(bytes.subarray(1)) };
}

async function signingKey(keys: Keys, version: number) {
	return signingKeyOf(
		await deriveKey(rootKey(keys, 'audit', version), 'kundenportal audit checkpoint')
	);
}

/** First four bytes of SHA-256 over name, line end, type and key. */
async function noteKeyHash(name: string, publicKey: Uint8Array): Promise<Uint8Array> {
	const text = new TextEncoder().encode(`${name}\n`);
	const digest = await crypto.subtle.digest(
		'SHA-256',
		Uint8Array.of(...text, NOTE_ED25519, ...publicKey)
	);
	return new Uint8Array(digest).subarray(0, KEY_HASH_BYTES);
}
