import { expect, test } from 'vitest';
import { mailText } from './mail-texts.ts';

test('the first mail to an address repeats no word of whoever typed it in', () => {
	const mail = { to: 'zoe@example.org', language: 'en', name: 'Win at evil.example' } as const;
	const first = mailText({ template: 'verify-mail', code: 'A'.repeat(40), ...mail }, 'https://p');
	expect(first.text).not.toContain('evil.example');
	expect(first.text).toMatch(/^Hello,/);
	const later = mailText({ template: 'new-document', ...mail, name: 'Zoë' }, 'https://p');
	expect(later.text).toMatch(/^Hello Zoë,/);
});
