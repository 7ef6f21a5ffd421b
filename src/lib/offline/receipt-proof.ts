// What a receipt proves on this device, with or without a network: the insurer's signature, and each file's hash.
import type { ReceiptKey } from '#lib/domain/claims/receipt-text.ts';
import { receiptText } from '#lib/domain/claims/receipt-text.ts';
import type { SubmissionReceipt } from '#lib/domain/claims/submission.ts';
import type { AttachmentStore } from './attachments.ts';
import type { Draft } from './draft.schema.ts';

/** `unknown`: this device has no key for it yet, or the browser cannot check Ed25519. */
export type SignatureProof = 'valid' | 'invalid' | 'unknown';

export type ReceiptProof = {
	readonly signature: SignatureProof;
	/** Files whose bytes on this device have the hash that the insurer confirmed. */
	readonly sameFileIds: ReadonlySet<string>;
};

export async function proveReceipt(
	draft: Draft,
	receipt: SubmissionReceipt,
	keys: readonly ReceiptKey[],
	files: AttachmentStore
): Promise<ReceiptProof> {
	const sameFileIds = new Set<string>();
	for (const confirmed of receipt.files) {
		const own = draft.attachments.find(({ id }) => id === confirmed.id);
		// Read, opened and hashed anew: what the draft says of itself is not what lies there.
		if (own?.sha256 !== confirmed.sha256 || !(await files.isIntact(draft.id, own))) continue;
		sameFileIds.add(confirmed.id);
	}
	return { signature: await checkSignature(receipt, keys), sameFileIds };
}

export async function checkSignature(
	receipt: SubmissionReceipt,
	keys: readonly ReceiptKey[]
): Promise<SignatureProof> {
	const { signature } = receipt;
	const key = keys.find(({ version }) => version === signature?.keyVersion);
	if (!signature || !key) return 'unknown';
	try {
		const publicKey = await crypto.subtle.importKey(
			'raw',
			bytesOf(key.publicKey),
			'Ed25519',
			false,
			['verify']
		);
		const text = new TextEncoder().encode(receiptText(receipt));
		const isValid = await crypto.subtle.verify(
			'Ed25519',
			publicKey,
			bytesOf(signature.value),
			text
		);
		return isValid ? 'valid' : 'invalid';
	} catch (error) {
		if (error instanceof DOMException && error.name === 'NotSupportedError') return 'unknown';
		return 'invalid';
	}
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
