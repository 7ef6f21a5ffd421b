// Signing out must work with no network. The key goes at once; the session ends at the first contact, before anything
// else is asked (script cannot remove its cookie). static/portal.js knows these names too.
const SIGNED_OUT = 'kundenportal-signed-out';
const KEYS_GONE = 'kundenportal-keys-gone';
const LOCKED = 'kundenportal-locked';
const OWNER = 'kundenportal-owner';
const LIMIT_MS = 10_000;
/** Read by the Worker (edge/session-cookie.ts): a word, no secret, so a script may write it. */
const MARK = '__Host-kp-signed-out';
/** What the service worker needs to show a notice (src/push-notice.ts). */
const NOTICES = 'kundenportal-notices';

export type LockCause = 'idle' | 'hand' | 'ended';

/**
 * Notes that somebody has signed out here, for the room and for the Worker. Signed out with no network
 * the session goes on there: without the mark the next person online would see one page of it.
 */
export function rememberSignOut(isSignedOut: boolean): void {
	if (isSignedOut) {
		localStorage.setItem(SIGNED_OUT, '1');
		// With no network pushes go on until the Worker hears of it: the device shows none of them (F48).
		indexedDB.deleteDatabase(NOTICES);
	} else localStorage.removeItem(SIGNED_OUT);
	document.cookie = `${MARK}=1; Path=/; Secure; SameSite=Lax${isSignedOut ? '' : '; Max-Age=0'}`;
}

export function wasSignedOutHere(): boolean {
	return localStorage.getItem(SIGNED_OUT) !== null;
}

/** A locked room stays locked for the session that goes on: only a new sign-in opens it without asking. */
export function rememberLock(cause: LockCause | null): void {
	if (cause) localStorage.setItem(LOCKED, cause);
	else localStorage.removeItem(LOCKED);
}

export function lockCause(): LockCause | null {
	const cause = localStorage.getItem(LOCKED);
	return cause === 'idle' || cause === 'hand' ? cause : null;
}

/**
 * Whether drafts may open here by themselves: not while somebody signs in whom the Worker has not named
 * yet, and not for anybody but whom it named last (D7). static/portal.js notes both.
 */
export function mayOpenFor(accountRef: string): boolean {
	const owner = localStorage.getItem(OWNER);
	return owner === null || (owner !== '' && accountRef.startsWith(owner));
}

/** Who is signed in; null for nobody. */
export function rememberOwner(accountRef: string | null): void {
	if (accountRef === null) localStorage.removeItem(OWNER);
	else localStorage.setItem(OWNER, accountRef);
}

/** Tells every other tab of the portal to drop its key, also one that sleeps now. */
export function tellKeysGone(): void {
	localStorage.setItem(KEYS_GONE, crypto.randomUUID());
}

/** Another word than when this tab got its key: somebody has signed out or locked since. */
export function keysGoneWord(): string {
	return localStorage.getItem(KEYS_GONE) ?? '';
}

/** Asked later: whether nobody has signed out or locked here since, in any tab. */
export function watchKeys(): () => boolean {
	const word = keysGoneWord();
	return () => !wasSignedOutHere() && lockCause() === null && keysGoneWord() === word;
}

/**
 * Ends the session as the portal's sign-out button does. Whether it worked only the Worker can tell:
 * a hotel's sign-in page redirects, too.
 */
export async function endSession(): Promise<void> {
	try {
		await fetch('/sign-out', {
			method: 'POST',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
			body: '',
			redirect: 'manual',
			signal: AbortSignal.timeout(LIMIT_MS)
		});
	} catch {
		// No network: the mark stays, and the next contact tries again.
	}
}
