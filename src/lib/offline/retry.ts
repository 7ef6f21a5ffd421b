import { SECOND_MS } from '#lib/domain/calendar.ts';

const FIRST_MS = SECOND_MS;
const LONGEST_MS = 5 * 60 * SECOND_MS;

/**
 * Milliseconds until attempt number `attempt` (from 1) is made again: full jitter over a doubling
 * span, so that many devices do not come back in one wave; never before the server's own wish.
 */
export function retryDelayMs(
	attempt: number,
	random: number,
	retryAfterMs: number | null = null
): number {
	const span = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20));
	return Math.max(retryAfterMs ?? 0, FIRST_MS / 4, Math.round(span * random));
}

/**
 * Milliseconds that a `Retry-After` asks for (RFC 9110 10.2.3), or null without one. A date is
 * measured against the server's own `Date`, never against the clock of this device.
 */
export function readRetryAfterMs(header: (name: string) => string | null): number | null {
	const wish = header('Retry-After');
	if (wish === null || wish === '') return null;
	const seconds = Number(wish);
	const waitMs = Number.isFinite(seconds)
		? seconds * SECOND_MS
		: Date.parse(wish) - Date.parse(header('Date') ?? '');
	return Number.isFinite(waitMs) ? Math.max(0, waitMs) : null;
}
