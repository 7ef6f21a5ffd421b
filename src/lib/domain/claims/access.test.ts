import * as v from 'valibot';
import { expect, test } from 'vitest';
import { MINUTE_MS } from '../calendar.ts';
import { openingFormSchema } from './access.schema.ts';
import { groupVisits, type Look } from './access.ts';

const look = (minute: number, change: Partial<Look> = {}): Look => ({
	atMs: minute * MINUTE_MS,
	staffNumber: 'K7M2X',
	role: 'clerk',
	reason: null,
	...change
});

test('Z6: repeated looks of one person are one visit, the newest visit comes first', () => {
	expect(groupVisits([look(0), look(5), look(34), look(90)])).toEqual([
		{
			staffNumber: 'K7M2X',
			role: 'clerk',
			reason: null,
			fromMs: 90 * 60_000,
			toMs: 90 * 60_000,
			looks: 1
		},
		{ staffNumber: 'K7M2X', role: 'clerk', reason: null, fromMs: 0, toMs: 34 * 60_000, looks: 3 }
	]);
});

test.each([
	['a pause of 30 minutes', look(30), 1],
	['a longer pause', { ...look(30), atMs: 30 * MINUTE_MS + 1 }, 2],
	['another person', look(1, { staffNumber: 'AAAAA' }), 2],
	['another reason', look(1, { reason: 'complaint' }), 2],
	['another role', look(1, { role: 'seniorClerk' }), 2]
])('Z6: after %s', (_, second, visits) => {
	expect(groupVisits([second, look(0)])).toHaveLength(visits);
});

test('Z6: two people who look at the same time do not split each other’s visits', () => {
	const other = { staffNumber: 'AAAAA' };
	expect(groupVisits([look(0), look(1, other), look(2), look(3, other)])).toHaveLength(2);
});

test.each([
	['', 'required'],
	['curious', 'required']
])('Z6: the reason %j is none', (reason, issue) => {
	const parsed = v.safeParse(openingFormSchema, { reason, note: 'a note long enough' });
	expect(parsed.issues?.[0].message).toBe(issue);
});

test.each([
	['123456789', false],
	['   123456789   ', false],
	['1234567890', true],
	['x'.repeat(500), true],
	['x'.repeat(501), false]
])('Z6: a note is between 10 and 500 characters long', (note, isEnough) => {
	expect(v.safeParse(openingFormSchema, { reason: 'complaint', note }).success).toBe(isEnough);
});
