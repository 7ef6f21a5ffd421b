import type { AuditEventKind } from '../audit/audit.ts';

type Seen = {
	readonly atMs: number;
	readonly ip: string;
	/** Browser and system in words, or empty. */
	readonly device: string;
};

/** What an owner needs to notice a stranger in their account (L6). */
export type LastSeen = {
	/** The sign-in before the present one; null on the first. */
	readonly signIn: Seen | null;
	/** Sign-ins that failed since then. */
	readonly failedSince: number;
	/** The newest thing done in the account beside signing in and out. */
	readonly act: (Seen & { readonly event: AuditEventKind }) | null;
};
