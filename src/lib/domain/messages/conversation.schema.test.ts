import * as v from 'valibot';
import { expect, test } from 'vitest';
import { MESSAGE_LENGTH, parseAbout, turnOf, writeAbout } from './conversation.ts';
import { newConversationSchema, replySchema } from './conversation.schema.ts';

const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
const issueOf = (text: string) => {
	const parsed = v.safeParse(replySchema, { text });
	return parsed.success ? null : parsed.issues[0].message;
};

test('a line end is one sign, however the browser sends it', () => {
	expect(v.parse(replySchema, { text: ' a\r\nb\rc ' }).text).toBe('a\nb\nc');
	expect(issueOf('x\r\n'.repeat(MESSAGE_LENGTH / 2 - 1) + 'xx')).toBeNull();
});

test('a message has a text, no longer than the field, without control characters', () => {
	expect(issueOf(' \r\n ')).toBe('required');
	expect(issueOf('x'.repeat(MESSAGE_LENGTH))).toBeNull();
	expect(issueOf('x'.repeat(MESSAGE_LENGTH + 1))).toBe('too-long');
	expect(issueOf('a\u0000b')).toBe('invalid');
	expect(issueOf('a\u001b[31mb')).toBe('invalid');
	expect(issueOf('a\tb\n\nc')).toBeNull();
});

test('what it is about is a claim, a contract or nothing in particular', () => {
	for (const about of [
		{ kind: 'claim', id },
		{ kind: 'contract', id },
		{ kind: 'general' }
	] as const)
		expect(parseAbout(writeAbout(about))).toEqual(about);
	for (const text of ['', 'claim', 'claim:1', `person:${id}`, `claim:${id}x`])
		expect(parseAbout(text)).toBeNull();
	const typed = { topic: 'payment', about: 'nobody', text: 'x' };
	expect(v.safeParse(newConversationSchema, typed).issues?.[0].message).toBe('required');
});

test('whoever wrote last waits for the other', () => {
	expect(turnOf(17)).toBe('insurer');
	expect(turnOf(null)).toBe('customer');
});
