import { expect, test } from 'vitest';
import { hasMoved } from './session-place.ts';

const HOME = { country: 'DE', browser: 'Firefox', system: 'Linux' };
const NOWHERE = { country: null, browser: null, system: null };

test.each([
	['browser', { browser: 'Chrome' }],
	['browser that does not say what it is', { browser: null }],
	['system', { system: 'Windows' }],
	['system that is not said', { system: null }],
	['country', { country: 'FR' }]
])('ASVS 8.2.4: another %s is a move', (_, change) => {
	expect(hasMoved(HOME, { ...HOME, ...change })).toBe(true);
});

test('ASVS 8.2.4: the same place is none, nor is what nobody can tell', () => {
	expect(hasMoved(HOME, HOME)).toBe(false);
	expect(hasMoved(HOME, { ...HOME, country: null })).toBe(false);
	expect(hasMoved(NOWHERE, HOME)).toBe(false);
});
