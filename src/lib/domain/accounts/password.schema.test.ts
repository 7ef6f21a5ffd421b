import * as v from 'valibot';
import { expect, test } from 'vitest';
import { newPasswordSchema } from './password.schema.ts';

function issueOf(password: unknown): string | null {
	const parsed = v.safeParse(newPasswordSchema, password);
	return parsed.success ? null : parsed.issues[0].message;
}

test('A1: eleven characters are too short, twelve are enough', () => {
	expect(issueOf('abcdefghijk')).toBe('password-short');
	expect(issueOf('abcdefghijkl')).toBeNull();
	expect(issueOf('')).toBe('required');
	expect(issueOf(undefined)).toBe('required');
});

test('A1: 128 characters with umlauts, emojis and blanks are accepted, 129 are not', () => {
	const longest = 'Müde 🦊 übt '.repeat(20);
	const cut = [...longest].slice(0, 128).join('');
	expect(issueOf(cut)).toBeNull();
	expect(issueOf(`${cut}x`)).toBe('password-long');
});

test('A1: an emoji counts one, and an umlaut counts one however it is composed', () => {
	expect(issueOf('🦊'.repeat(11))).toBe('password-short');
	expect(issueOf('🦊'.repeat(12))).toBeNull();
	expect(issueOf('u\u0308'.repeat(11))).toBe('password-short');
	expect(issueOf('u\u0308'.repeat(128))).toBeNull();
});

test('A2: nothing is asked of a password but its length, and nothing is taken away from it', () => {
	for (const password of ['abcdefghijkl', ' leading blank', 'trailing blank ', 'zero\0inside it']) {
		expect(v.parse(newPasswordSchema, password)).toBe(password);
	}
});
