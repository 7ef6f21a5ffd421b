import { beforeEach, expect, test, vi } from 'vitest';
import { mayOpenFor, rememberOwner } from './sign-out.ts';

const ADA = 'ada-aaaaaaaaaaaaaaaaaaaa';
const BEN = 'ben-bbbbbbbbbbbbbbbbbbbb';
const kept = new Map<string, string>();

beforeEach(() => {
	kept.clear();
	vi.stubGlobal('localStorage', {
		getItem: (name: string) => kept.get(name) ?? null,
		setItem: (name: string, value: string) => void kept.set(name, value),
		removeItem: (name: string) => void kept.delete(name)
	});
});

test('D7: drafts open by themselves for nobody while somebody signs in', () => {
	expect(mayOpenFor(ADA)).toBe(true);
	// As static/portal.js notes it on the pages of the sign-in.
	kept.set('kundenportal-owner', '');
	expect(mayOpenFor(ADA)).toBe(false);
});

test('D7: drafts of one open by themselves for nobody else, also with no network', () => {
	rememberOwner(BEN);
	expect(mayOpenFor(ADA)).toBe(false);
	expect(mayOpenFor(BEN)).toBe(true);
	rememberOwner(null);
	expect(mayOpenFor(ADA)).toBe(true);
});

test('a page of the portal names its reader by the beginning of the name', () => {
	kept.set('kundenportal-owner', ADA.slice(0, 12));
	expect(mayOpenFor(ADA)).toBe(true);
	expect(mayOpenFor(BEN)).toBe(false);
});
