import type { Cookies } from '@sveltejs/kit';
import { COOKIE_ATTRIBUTES, readToken } from './session-cookie.ts';

/** Between the proofs and the first code of the new app; apart from a registration's. */
const ENROLMENT = '__Host-kp-recovery';
/** The code of the mail, while its reader answers the two questions. */
const MAIL = '__Host-kp-recovery-mail';

export const readRecoveryToken = (cookies: Cookies) => readToken(cookies, ENROLMENT);
export const readRecoveryMailCode = (cookies: Cookies) => readToken(cookies, MAIL);

export function setRecoveryToken(cookies: Cookies, token: string): void {
	cookies.set(ENROLMENT, token, COOKIE_ATTRIBUTES);
}

export function setRecoveryMailCode(cookies: Cookies, code: string): void {
	cookies.set(MAIL, code, COOKIE_ATTRIBUTES);
}

/** Nothing of a recovery stays behind in the browser. */
export function forgetRecovery(cookies: Cookies): void {
	cookies.delete(ENROLMENT, COOKIE_ATTRIBUTES);
	cookies.delete(MAIL, COOKIE_ATTRIBUTES);
}
