import { renewed } from '#lib/domain/accounts/lifetimes.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import type { SignedIn } from '#lib/server/accounts/sessions.ts';

/** What every page's frame shows, whoever looks at it. */
export function shellData(locale: 'de' | 'en', url: URL) {
	return {
		locale,
		path: url.pathname + url.search,
		operator: { portalName: OPERATOR.portalName, insurerName: OPERATOR.insurerName }
	};
}

/**
 * What the frame of a signed-in page needs to know of the session: when it ends, counted from this
 * very use, and what its reader had typed here when an earlier one ended. A form that has just been
 * sent shows its own values.
 */
export function sessionData(signedIn: SignedIn | null, method: string) {
	return {
		timeLeft: signedIn ? renewed(signedIn.timeLeft, signedIn.actor.role) : null,
		kept: method === 'GET' ? (signedIn?.kept?.values ?? null) : null
	};
}
