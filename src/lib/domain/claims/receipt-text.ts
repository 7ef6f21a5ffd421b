import type { SubmissionReceipt } from './submission.ts';

/** A public key of the insurer for receipts, base64 of the 32 bytes of Ed25519. */
export type ReceiptKey = { readonly version: number; readonly publicKey: string };

/**
 * The very text under a receipt's signature (offline.md section 4, idea 5): one line each, UTF-8,
 * ending with a line break. Its first line keeps a signature of anything else from counting here.
 */
export function receiptText(
	receipt: Pick<SubmissionReceipt, 'claimNumber' | 'manifestHash' | 'receivedAtMs'>
): string {
	const { claimNumber, manifestHash, receivedAtMs } = receipt;
	const received = new Date(receivedAtMs).toISOString();
	return ['kundenportal receipt 1', claimNumber, manifestHash, received, ''].join('\n');
}
