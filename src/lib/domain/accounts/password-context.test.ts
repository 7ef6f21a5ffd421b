import { expect, test } from 'vitest';
import { OPERATOR } from '../operator.ts';
import { isMostlyWords, portalWords, wordsOfOwner } from './password-context.ts';

const OWNER = {
	names: ['Zoë', 'Ødegård Müller'],
	email: 'zoe.nordlicht@example.org',
	mobile: '+4740612345'
};
const words = [...portalWords(OPERATOR), ...wordsOfOwner(OWNER)];

test.each([
	...['Musterland2026!', 'musterland auslandskranken', 'MUSTERLAND-AG-1', 'Mu5terl@nd-2026'],
	...['M-u-s-t-e-r-l-a-n-d', 'Krankenversicherung', 'Kundenportal1!', 'MeineVersicherung'],
	...['service@musterland.example', 'Passwort-Portal', 'Willkommen2026', 'HealthInsurance']
])('A3: %s is made of words of the operator, the portal or the policy', (password) => {
	expect(isMostlyWords(password, words)).toBe(true);
});

test.each([
	...['ZoëØdegård1990', 'zoe-odegaard!', 'MuellerZoe2026', 'Ødegård Müller', 'nordlicht1987'],
	...['zoe.nordlicht@example.org', '+4740612345!!', 'x40612345x']
])('A3: %s is made of what is known of its owner', (password) => {
	expect(isMostlyWords(password, words)).toBe(true);
});

test.each([
	...['Musterland verlor im Mai acht Fähren', 'Zoe isst gern Rhabarberkuchen', 'xkzqvwpmbtrf'],
	...['🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵Zoë', '------------', '839201748823']
])('A3: %s is more than those words and passes', (password) => {
	expect(isMostlyWords(password, words)).toBe(false);
});

test('A3: without a phone number and with names of one letter nothing is refused by accident', () => {
	const few = wordsOfOwner({ names: ['A', ''], email: '' });
	expect(isMostlyWords('aaaaaaaaaaaa', few)).toBe(false);
});
