import { expect, test } from 'vitest';
import { ACCOUNT_CHANGES } from '#lib/domain/accounts/sensitive-acts.ts';
import { SESSIONS_END_REASONS } from '#lib/domain/accounts/sessions-end.ts';
import { LANGUAGES, mailSchema, parseMail } from '#lib/domain/messages/mail.ts';
import { mailText } from './mail-texts.ts';

/** What template languages, formats, Markdown and markup would each make something else of. */
const SIGNS =
	'{{191*7}} ${191*7} #{191*7} <%= 191*7 %> {name} %s $& $1 [x](javascript:x) **b** <b>&amp;';

/** A value for every field that a mail can have. */
const FIELDS: Readonly<Record<string, unknown>> = {
	...{ to: 'zoe@example.org', name: SIGNS, code: 'A'.repeat(40), atMs: 0, country: 'NO' },
	...{ browser: SIGNS, system: SIGNS, change: ACCOUNT_CHANGES[0], authenticator: 'totp' },
	...{ isLast: false, dueAtMs: 0, reason: SESSIONS_END_REASONS[0], holdsFrom: '2026-12-03' },
	...{
		request: 'termination',
		reference: 'V-2026-AAAAAAAA',
		receivedAtMs: 0,
		wishedOn: '2026-12-31'
	},
	...{ policyNumber: 'MA-2041-7735', outcome: 'refused', refusal: 'too-late' }
};

test('the first mail to an address repeats no word of whoever typed it in', () => {
	const mail = { to: 'zoe@example.org', language: 'en', name: 'Win at evil.example' } as const;
	const first = mailText({ template: 'verify-mail', code: 'A'.repeat(40), ...mail }, 'https://p');
	expect(first.text).not.toContain('evil.example');
	expect(first.text).toMatch(/^Hello,/);
	const later = mailText({ template: 'new-document', ...mail, name: 'Zoë' }, 'https://p');
	expect(later.text).toMatch(/^Hello Zoë,/);
});

test('the receipt of an objection speaks of another person only where a person has decided', () => {
	const mail = { template: 'objection-received', to: 'z@example.org', name: 'Z' } as const;
	for (const [language, other] of [
		['de', 'andere Person'],
		['en', 'Another person']
	] as const) {
		expect(mailText({ ...mail, language }, 'https://p').text).toContain(other);
		const ofRules = mailText({ ...mail, language, isAgainstRules: true }, 'https://p').text;
		expect(ofRules).not.toContain(other);
		expect(ofRules).toMatch(/Eine Person|A person/);
	}
});

test('ASVS 1.3.7, ASVS 1.3.5: no mail makes anything of the signs in a name, and its links stay ours', () => {
	expect(mailSchema.options.length).toBeGreaterThan(20);
	for (const { entries } of mailSchema.options) {
		const template = entries.template.literal;
		const fields = Object.keys(entries).map((name) => [name, FIELDS[name]]);
		for (const language of LANGUAGES) {
			const mail = parseMail({ ...Object.fromEntries(fields), template, language });
			const { text, subject } = mailText(mail, 'https://portal.example', 'https://desk.example');
			// The subject is ours alone; in the text the signs stand as they were written, or not at all.
			expect(subject, template).not.toMatch(/[{}$<]|1337/);
			const rest = text.replaceAll(SIGNS, '');
			expect(rest, template).not.toMatch(/[{}$<]|1337|javascript/);
			const links = [...rest.matchAll(/[a-z]+:\/\/[^\s/#]+/g)].map(([link]) => link);
			expect(links.length, template).toBeGreaterThan(0);
			for (const link of links) expect(link).toMatch(/^https:\/\/(portal|desk)\.example$/);
		}
	}
});

test('ASVS 1.2.2: a code in a link is behind the hash and made of letters a link takes as they are', () => {
	const { text } = mailText(
		{
			template: 'verify-mail',
			code: 'A2'.repeat(20),
			to: 'z@example.org',
			language: 'de',
			name: 'Z'
		},
		'https://portal.example'
	);
	const link = /^https:\S+$/m.exec(text)?.[0] ?? '';
	expect(new URL(link).href).toBe(link);
	expect(new URL(link).search + new URL(link).username).toBe('');
	expect(new URL(link).hash).toBe(`#${'A2'.repeat(20)}`);
});
