// Signing out must work with no network. The key goes at once; the session ends at the first contact, and a mark keeps
// the room locked until its owner says otherwise.
const MARK = 'kundenportal-signed-out';
const LIMIT_MS = 10_000;

export function rememberSignOut(isSignedOut: boolean): void {
	if (isSignedOut) localStorage.setItem(MARK, '1');
	else localStorage.removeItem(MARK);
}

export function wasSignedOutHere(): boolean {
	return localStorage.getItem(MARK) !== null;
}

/** Ends the session as the portal's sign-out button does; false with no network. */
export async function endSession(): Promise<boolean> {
	try {
		const response = await fetch('/sign-out', {
			method: 'POST',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
			body: '',
			redirect: 'manual',
			signal: AbortSignal.timeout(LIMIT_MS)
		});
		const isDone = response.type === 'opaqueredirect' || response.ok;
		// The session is over, so whoever is signed in next has just signed in.
		if (isDone) rememberSignOut(false);
		return isDone;
	} catch {
		return false;
	}
}
