import { MINUTE_MS } from '#lib/domain/calendar.ts';
import { logEvent } from '#lib/server/platform/log.ts';

/** Claims of one minute's job; the next minute takes the next ones. */
const TOLD_AT_ONCE = 20;
/** Looked at in a minute: owners who cannot be read stay in front of the list, and stop nobody behind them. */
export const LOOKED_AT = 500;
/** Owners who cannot be read that a minute tries: each costs a round trip. */
const TRIED_IN_VAIN = 8;

/**
 * Tells the owners of claims, at most 20. Owners who cannot be read stop nobody: each is tried once, and
 * where there are many the next minute begins behind those of this one. `tell` answers whether it told;
 * of two jobs at once one does.
 */
export async function tellOwners<Claim extends { readonly accountId: string }>(
	untold: readonly Claim[],
	nowMs: number,
	failed: 'interim-notice-failed' | 'document-reminder-failed',
	tell: (claim: Claim) => Promise<boolean>
): Promise<number> {
	let told = 0;
	const unread = new Set<string>();
	for (const claim of beginningElsewhere(untold, nowMs)) {
		if (told === TOLD_AT_ONCE || unread.size === TRIED_IN_VAIN) break;
		if (unread.has(claim.accountId)) continue;
		try {
			if (await tell(claim)) told += 1;
		} catch (error) {
			unread.add(claim.accountId);
			logEvent('error', failed, { error: error instanceof Error ? error.name : 'unknown' });
		}
	}
	return told;
}

/** As it is while a minute is enough for all; else from another place each minute. */
function beginningElsewhere<T>(list: readonly T[], nowMs: number): readonly T[] {
	if (list.length <= TOLD_AT_ONCE) return list;
	const from = (Math.floor(nowMs / MINUTE_MS) * TRIED_IN_VAIN) % list.length;
	return [...list.slice(from), ...list.slice(0, from)];
}
