import type { Cookies } from '@sveltejs/kit';
import { DEVICE_LIFETIME_MS } from '#lib/domain/accounts/throttle.ts';
import { SECOND_MS } from '#lib/domain/calendar.ts';

const SESSION = '__Host-kp';
const CHALLENGE = '__Host-kp-sign-in';
const ENROLMENT = '__Host-kp-enrolment';
const DEVICE = '__Host-kp-device';
/** Written by the offline room (offline/sign-out.ts), the one cookie that scripts may touch. */
const SIGNED_OUT = '__Host-kp-signed-out';

/**
 * A cookie that ends with the browser (NIST 5.1), is out of reach of scripts and other hosts, and is
 * not sent from foreign sites. Written by SvelteKit, because Lucia's helper always sets Max-Age.
 */
export const COOKIE_ATTRIBUTES = {
	path: '/',
	secure: true,
	httpOnly: true,
	sameSite: 'lax'
} as const;

const TOKEN_SHAPE = /^[A-Z2-7]{40}$/;

export function readToken(cookies: Cookies, name: string): string | null {
	const value = cookies.get(name);
	return value !== undefined && TOKEN_SHAPE.test(value) ? value : null;
}

export const readSessionToken = (cookies: Cookies) => readToken(cookies, SESSION);
export const readChallengeToken = (cookies: Cookies) => readToken(cookies, CHALLENGE);
export const readEnrolmentToken = (cookies: Cookies) => readToken(cookies, ENROLMENT);

/** Whether somebody has signed out in this browser while there was no network to end the session. */
export const wasSignedOutOffline = (cookies: Cookies) => cookies.get(SIGNED_OUT) !== undefined;

/** What a browser brings to a sign-in. */
export const browserOf = (cookies: Cookies) => ({
	deviceToken: readToken(cookies, DEVICE),
	sessionToken: readToken(cookies, SESSION)
});

/**
 * The one cookie that outlives the browser: it opens nothing, it only keeps the owner's own tries
 * apart from a stranger's (security.md 3.10).
 */
export function setDeviceToken(cookies: Cookies, token: string): void {
	cookies.set(DEVICE, token, { ...COOKIE_ATTRIBUTES, maxAge: DEVICE_LIFETIME_MS / SECOND_MS });
}

export function setSessionToken(cookies: Cookies, token: string): void {
	cookies.set(SESSION, token, COOKIE_ATTRIBUTES);
	cookies.delete(CHALLENGE, COOKIE_ATTRIBUTES);
	// The mark was about the session before.
	if (wasSignedOutOffline(cookies)) cookies.delete(SIGNED_OUT, COOKIE_ATTRIBUTES);
}

export function setChallengeToken(cookies: Cookies, token: string): void {
	cookies.set(CHALLENGE, token, COOKIE_ATTRIBUTES);
}

export function setEnrolmentToken(cookies: Cookies, token: string): void {
	cookies.set(ENROLMENT, token, COOKIE_ATTRIBUTES);
}

export function forgetSession(cookies: Cookies): void {
	cookies.delete(SESSION, COOKIE_ATTRIBUTES);
}

export function forgetEnrolment(cookies: Cookies): void {
	cookies.delete(ENROLMENT, COOKIE_ATTRIBUTES);
}
