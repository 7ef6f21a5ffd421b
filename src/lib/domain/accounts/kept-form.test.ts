import { safeParse } from 'valibot';
import { expect, test } from 'vitest';
import { keepable, keptFormSchema } from './kept-form.ts';

test('passwords, codes and answers are never kept', () => {
	const typed = {
		'lines.0.recognised': '12,50',
		password: 'zwölf Monate',
		newPassword: 'x',
		code: '123456',
		activationCode: 'ABCD',
		answer1: 'Birkenweg',
		next: '/start'
	};
	expect(keepable(typed)).toEqual({ 'lines.0.recognised': '12,50' });
});

test('an empty form and one without end are not kept', () => {
	expect(keepable({ note: '', version: '' })).toBeNull();
	expect(keepable({ code: '123456' })).toBeNull();
	expect(keepable({ note: 'x'.repeat(64 * 1024) })).toBeNull();
	expect(keepable({ note: 'x'.repeat(64 * 1024 - 4) })).not.toBeNull();
});

test.each(['//evil.example', 'https://evil.example', '/a?b=c', '/a\nb', '', '/a#b'])(
	'%j is no page to keep a form for',
	(path) => {
		expect(safeParse(keptFormSchema, { path, values: {} }).success).toBe(false);
	}
);

test('a page of the portal is one', () => {
	const path = '/staff/claims/0198d3f0-0000-7000-8000-000000000000';
	expect(safeParse(keptFormSchema, { path, values: { a: 'b' } }).success).toBe(true);
	expect(safeParse(keptFormSchema, { path, values: { a: 'b' }, accountId: 'x' }).success).toBe(
		false
	);
});
