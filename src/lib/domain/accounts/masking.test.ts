import { expect, test } from 'vitest';
import { maskEmail, maskMobile } from './masking.ts';

test('D8: the account page shows enough of address and number to know them again, no more', () => {
	expect(maskEmail('zoe.odegard@example.org')).toBe('z•••@example.org');
	expect(maskEmail('😀x@example.org')).toBe('😀•••@example.org');
	expect(maskEmail('"a@b"@example.org')).toBe('"•••@example.org');
	expect(maskEmail('')).toBe('•••');
	expect(maskMobile('+47 406 12 345')).toBe('••• 345');
});
