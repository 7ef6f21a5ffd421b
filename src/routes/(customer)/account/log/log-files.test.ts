import { expect, test } from 'vitest';
import * as v from 'valibot';
import { ownLogSchema } from '#lib/domain/audit/own-log.ts';
import { csvFile, jsonFile } from './log-files.ts';

const hashes: string[] = [];
const entry = {
	atMs: Date.UTC(2026, 10, 22, 9, 0, 0),
	event: 'account/sign-in-failed',
	outcome: 'failure',
	ip: '192.0.2.7',
	userAgent: '=1+1',
	leaf: '["id"]',
	personal: { text: '["me"]', salt: 'AAAA' },
	proof: { index: 0, hashes }
} as const;
const log = (changes: Partial<Record<'ip' | 'userAgent', string>> = {}) => ({
	...{ keys: [], checkpoint: null, entries: [{ ...entry, ...changes }] }
});

test('L5: a browser that calls itself a formula is text in the table', () => {
	const { text, name } = csvFile(log());
	expect(text).toContain(`"192.0.2.7","'=1+1"\r\n`);
	expect(text).toContain('2026-11-22T09:00:00.000Z');
	expect(name).toMatch(/\.csv$/);
});

test('L5: a quote and a line end in a browser name begin no new cell or row', () => {
	const { text } = csvFile(log({ userAgent: 'a","=1+1\r\n=2' }));
	expect(text.split('\r\n')).toHaveLength(4);
	expect(text).toContain('"a"",""=1+1\r\n=2"');
});

test("the insurer's own address is not in the table", () => {
	expect(csvFile(log({ ip: '' })).text).toContain('"Versicherung"');
});

test('L2: the file with the proofs has the form its checker accepts', () => {
	const { text } = jsonFile(log(), 'me');
	expect(v.parse(ownLogSchema, JSON.parse(text))).toMatchObject({
		accountId: 'me',
		entries: [{ at: '2026-11-22T09:00:00.000Z', leaf: '["id"]' }]
	});
});
