import type { AuditEvent } from './audit.ts';
import { hex, joined, utf8, type Sha256 } from './bytes.ts';

const LEAF_PREFIX = Uint8Array.of(0x00);

/** The personal part as it is committed to: JSON, fixed order, so that one text has one meaning. */
export function personalText(personal: AuditEvent['personal']): string {
	return JSON.stringify([
		personal.accountId,
		personal.subjectAccountId,
		personal.ip,
		personal.userAgent,
		personal.typedNameIndex && hex(personal.typedNameIndex)
	]);
}

/**
 * SHA-256 over salt and personal part (security.md 3.11). With the salt erased nobody can try
 * addresses against it, though there are only four thousand million of them.
 */
export function commitmentOf(sha256: Sha256, salt: Uint8Array, text: string): Uint8Array {
	return sha256(joined(salt, utf8(text)));
}

/** The leaf: everything that stays of an event, and the commitment to what may go. */
export function leafText(
	event: Omit<AuditEvent, 'personal' | 'event'> & { readonly event: string },
	personalCommitment: Uint8Array
): string {
	return JSON.stringify([
		event.id,
		event.atMs,
		event.event,
		event.outcome,
		event.objectRef,
		event.requestId,
		event.factors,
		hex(personalCommitment)
	]);
}

/** RFC 6962 2.1: SHA-256 over 0x00 and the leaf. */
export function leafHashOf(sha256: Sha256, text: string): Uint8Array {
	return sha256(joined(LEAF_PREFIX, utf8(text)));
}
