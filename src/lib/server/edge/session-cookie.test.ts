import type { Cookies } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { setSessionToken, wasSignedOutOffline } from './session-cookie.ts';

/** What a browser holds; what is set and deleted is written down. */
function cookiesOf(...names: readonly string[]) {
	const written: string[] = [];
	const cookies: Pick<Cookies, 'get' | 'set' | 'delete'> = {
		get: (name) => (names.includes(name) ? '1' : undefined),
		set: (name) => void written.push(`set ${name}`),
		delete: (name) => void written.push(`delete ${name}`)
	};
	return { cookies: cookies as Cookies, written };
}

test('S5: a new session takes the mark of a sign-out without network away, and says nothing of it elsewhere', () => {
	const marked = cookiesOf('__Host-kp', '__Host-kp-signed-out');
	expect(wasSignedOutOffline(marked.cookies)).toBe(true);
	setSessionToken(marked.cookies, 'A'.repeat(40));
	expect(marked.written).toEqual([
		'set __Host-kp',
		'delete __Host-kp-sign-in',
		'delete __Host-kp-signed-out'
	]);
	const plain = cookiesOf('__Host-kp');
	expect(wasSignedOutOffline(plain.cookies)).toBe(false);
	setSessionToken(plain.cookies, 'A'.repeat(40));
	expect(plain.written).toEqual(['set __Host-kp', 'delete __Host-kp-sign-in']);
});
