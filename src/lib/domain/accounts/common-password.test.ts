import { expect, test } from 'vitest';
import { isCommonPassword } from './common-password.ts';

const LIST = new Set([
	'password',
	'passwort',
	'hund',
	'sommer',
	'fruhling',
	'fruehling',
	'19041987'
]);
const isCommon = (password: string) => isCommonPassword(password, (entry) => LIST.has(entry));

test.each([
	['as it is listed', 'password'],
	['in other case', 'PassWORD'],
	['with an accent', 'pásswörd'],
	['with digits and signs behind it', 'Passwort1234!'],
	['with digits and signs before it', '!!2026-Passwort'],
	['with signs between its letters', 'p.a.s.s.w.o.r.t'],
	['with digits between its letters', 'pass2026wort'],
	['with lookalikes', 'P4$$w0rt-2026!'],
	['with lookalikes at its end', 'pas5w0r7'],
	['backwards', 'drowssap2024!!'],
	['twice', 'passwordpassword'],
	['twice with a sign between', 'Passwort-Passwort'],
	['twice with a number', 'Passwort1Passwort1'],
	['short, with a listed number', 'hund19041987'],
	['short, with a row of digits', 'hund12345678'],
	['as a date with a year', '19041987-2026'],
	['with its umlaut', 'Frühling2026!'],
	['with its umlaut written out', 'Fruehling2026!']
])('A3: a listed word is refused %s', (_how, password) => {
	expect(isCommon(password)).toBe(true);
});

test.each([
	...[
		'123456789012',
		'987654321098',
		'111111111111',
		'aaaabbbbcccc',
		'qwertzuiopü1',
		'asdfghjklöä'
	],
	...['abcabcabcabc', 'a1a1a1a1a1a1', 'abcdefghijkl', 'lkjhgfdsapoiuz', '1234-5678-9012']
])('A3: %s is refused although no list has it', (password) => {
	expect(isCommonPassword(password, () => false)).toBe(true);
});

test.each([
	...['Passwort im Sommer', 'hund8392017465', 'zwölf Monate im Norden', 'tYf7$kq20Lm!x'],
	...['xkzqvwpmbtrf', '🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧', 'sommerhund']
])('A3: %s is no listed word alone and passes', (password) => {
	expect(isCommon(password)).toBe(false);
});
