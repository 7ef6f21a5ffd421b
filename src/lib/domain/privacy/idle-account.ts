import { DAY_MS } from '../calendar.ts';

/** Without a sign-in and without cover for so long an account has no purpose left (Art. 5(1)(e) GDPR). */
export const IDLE_MONTHS = 24;

/** Between the mail and the erasure: longer than a holiday, and than a mail in the wrong folder. */
export const IDLE_NOTICE_MS = 60 * DAY_MS;

/**
 * The instant (epoch ms) before which the last sign-in and the end of the last contract must lie: the
 * same day 24 months ago, or that month's last where it is shorter.
 */
export function idleSinceMs(nowMs: number): number {
	const now = new Date(nowMs);
	const day = now.getUTCDate();
	const then = new Date(nowMs);
	then.setUTCMonth(now.getUTCMonth() - IDLE_MONTHS);
	// 29 February: JavaScript goes on to 1 March.
	if (then.getUTCDate() !== day) then.setUTCDate(0);
	return then.getTime();
}
