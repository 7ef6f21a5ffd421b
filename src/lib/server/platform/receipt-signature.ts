import { encodeBase64 } from '@oslojs/encoding';
import type { ReceiptKey } from '#lib/domain/claims/receipt-text.ts';
import { deriveKey, ED25519, signingKeyOf } from './ed25519.ts';
import { rootKey, type Keys } from './keys.ts';

const VERSION_BYTES = 2;
const SIGNATURE_BYTES = 64;
const USE = 'kundenportal receipt';

/** What a customer can hold against us: the insurer's own signature under a receipt (decision 0043). */
export type ReceiptSignature = {
	/** Version of the key and signature, as it is stored: a replay answers the very same. */
	sign(text: string): Promise<Uint8Array>;
	/** The public keys of all versions, for everybody. */
	publicKeys(): Promise<readonly ReceiptKey[]>;
};

export function createReceiptSignature(keys: Keys): ReceiptSignature {
	const keyOf = async (version: number) =>
		signingKeyOf(await deriveKey(rootKey(keys, 'receipt', version), USE));
	return {
		async sign(text) {
			const version = keys.receipt.current;
			const { privateKey } = await keyOf(version);
			const bytes = new TextEncoder().encode(text);
			const signature = await crypto.subtle.sign(ED25519, privateKey, bytes);
			const stored = new Uint8Array(VERSION_BYTES + SIGNATURE_BYTES);
			new DataView(stored.buffer).setUint16(0, version);
			stored.set(new Uint8Array(signature), VERSION_BYTES);
			return stored;
		},
		publicKeys: () =>
			Promise.all(
				Object.keys(keys.receipt.versions)
					.map(Number)
					.toSorted((one, other) => one - other)
					.map(async (version) => ({
						version,
						publicKey: encodeBase64((await keyOf(version)).publicKey)
					}))
			)
	};
}

/** What `sign` has stored, as the device gets it. */
export function readSignature(stored: Uint8Array): {
	readonly keyVersion: number;
	readonly value: string;
} {
	if (stored.length !== VERSION_BYTES + SIGNATURE_BYTES) throw new Error('not a signature of ours');
	return {
		keyVersion: new DataView(stored.buffer, stored.byteOffset).getUint16(0),
		value: encodeBase64(stored.subarray(VERSION_BYTES))
	};
}
