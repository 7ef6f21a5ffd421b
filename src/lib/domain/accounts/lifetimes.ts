import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts';
import type { Role } from '../actor.ts';

/** Lifetimes of security.md section 3.3; NIST AAL2 allows at most one hour idle and a day in all. */
export const SESSION_LIFETIME_MS = 8 * HOUR_MS;
export const CUSTOMER_IDLE_MS = 15 * MINUTE_MS;
export const STAFF_IDLE_MS = 10 * MINUTE_MS;
/** Of uses within one second one is noted. A longer step would end a session before its time (S4). */
export const SEEN_STEP_MS = SECOND_MS;

/** One more ends the oldest (S7). */
export const MAX_SESSIONS = 5;

export const CHALLENGE_LIFETIME_MS = 10 * MINUTE_MS;
export const CHALLENGE_TRIES = 5;
export const ENROLMENT_LIFETIME_MS = 10 * MINUTE_MS;
export const ENROLMENT_TRIES = 10;
/** Confirming an address at registration helps nobody to sign in, so it may take a day. */
export const VERIFY_MAIL_LIFETIME_MS = DAY_MS;

/** Between naming a sensitive act and proving it (security.md 3.3). */
export const STEP_UP_LIFETIME_MS = 5 * MINUTE_MS;
/** A new authenticator app has to be installed first; its secret dies with the act (A9). */
export const NEW_AUTHENTICATOR_LIFETIME_MS = 10 * MINUTE_MS;
export const STEP_UP_TRIES = 5;
/** Like the day's codes at sign-in (security.md 3.10): over all acts of an account together. */
export const STEP_UP_FAILURES_A_DAY = 20;

/** Long enough for a weekend; nothing opens before a passkey was made (security.md 3.3). */
export const STAFF_INVITATION_LIFETIME_MS = 3 * DAY_MS;

/** Only tells us that the new mailbox is the owner's: it helps nobody to sign in, so a day is fine. */
export const CONFIRM_EMAIL_LIFETIME_MS = DAY_MS;
/** Time for the old mailbox to stop or undo a change of address (O.Auth_16). */
export const BLOCK_EMAIL_LIFETIME_MS = 3 * DAY_MS;
/** Only closes things, so it may wait until somebody reads their mail. */
export const NOT_ME_LIFETIME_MS = 7 * DAY_MS;

/** A device not seen for so long is told nothing any more: its keys have gone by themselves (D7). */
export const VAULT_DEVICE_KEPT_MS = 180 * DAY_MS;

export const TOTP_STEP_MS = 30 * SECOND_MS;
export const TOTP_DIGITS = 6;

/** Whether a session has been left alone for too long. A used session ends with its absolute end. */
export function isIdle(left: TimeLeft): boolean {
	return left.idleMs <= 0;
}

/** How long a session still lives: when nobody uses it, and at the most. */
export type TimeLeft = { readonly idleMs: number; readonly absoluteMs: number };

const idleLimitOf = (role: Role) => (role === 'customer' ? CUSTOMER_IDLE_MS : STAFF_IDLE_MS);

/** From the last use to `nowMs`; negative when it is over. Milliseconds. */
export function timeLeft(
	session: { readonly lastSeenAtMs: number; readonly expiresAtMs: number },
	nowMs: number,
	role: Role
): TimeLeft {
	return {
		idleMs: session.lastSeenAtMs + idleLimitOf(role) - nowMs,
		absoluteMs: session.expiresAtMs - nowMs
	};
}

/** The same session, used just now. Its absolute end stays where it is. */
export function renewed(left: TimeLeft, role: Role): TimeLeft {
	return { ...left, idleMs: idleLimitOf(role) };
}

/** The 30-second step of RFC 6238 that an instant lies in. */
export function totpStepAt(nowMs: number): number {
	return Math.floor(nowMs / TOTP_STEP_MS);
}
