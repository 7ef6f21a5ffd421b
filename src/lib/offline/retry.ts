const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60 * 1000;

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
