import * as v from 'valibot';
import { expect, test } from 'vitest';
import { requestDecisionSchema, withdrawalSchema } from './request.schema.ts';

test('ASVS 1.3.11: no name of the open form carries an address into the mail it causes', () => {
	const parse = (name: string) =>
		v.safeParse(withdrawalSchema, { name, policyNumber: 'MA-2041-7735', email: 'a@example.org' });
	for (const name of ['Dr. Zoë Ødegård-O’Neil', 'Nguyễn Thị Mai', 'Sharma, Rahul', 'M']) {
		expect(parse(name).success, name).toBe(true);
	}
	for (const name of ['evil.example', 'http://evil', 'a@b', '<b>', 'x\ny', 'a/b', '']) {
		expect(parse(name).success, name).toBe(false);
	}
});

test('a refusal says why; an acceptance needs no reason', () => {
	const id = '01990000-0000-7000-8000-000000000000';
	const parse = (outcome: string, reason: string) =>
		v.safeParse(requestDecisionSchema, { id, outcome, reason });
	expect(parse('accepted', '').success).toBe(true);
	expect(parse('refused', 'too-late').success).toBe(true);
	expect(parse('refused', '').issues?.[0].message).toBe('refusal-reason-missing');
	expect(parse('refused', 'because').success).toBe(false);
});
