import type { Cookies } from '@sveltejs/kit';
import { COOKIE_ATTRIBUTES, readToken } from './session-cookie.ts';

/** The code of an invitation while its reader makes a password and a passkey. Opens no session. */
const INVITATION = '__Host-kp-invitation';

export const readInvitationToken = (cookies: Cookies) => readToken(cookies, INVITATION);

export function setInvitationToken(cookies: Cookies, token: string): void {
	cookies.set(INVITATION, token, COOKIE_ATTRIBUTES);
}

export function forgetInvitation(cookies: Cookies): void {
	cookies.delete(INVITATION, COOKIE_ATTRIBUTES);
}
