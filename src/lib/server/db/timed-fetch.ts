import { SECOND_MS } from '#lib/domain/calendar.ts';

/** Longer than any batch of ours takes, shorter than people wait (docs/security/communication.md). */
export const DATABASE_TIMEOUT_MS = 10 * SECOND_MS;

/**
 * `fetch` that gives up. Without it a database that takes a connection and says nothing would hold
 * every request until the edge ends it (ASVS 13.1.3). Nothing is tried again: who asked decides.
 */
export function timedFetch(send: typeof fetch, timeoutMs = DATABASE_TIMEOUT_MS): typeof fetch {
	return async (input, init) => {
		try {
			return await send(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
		} catch (cause) {
			throw new Error('fetch failed', { cause });
		}
	};
}
