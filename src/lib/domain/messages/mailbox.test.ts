import { expect, test } from 'vitest';
import {
	isFound,
	listQuery,
	MAILBOX_PAGE,
	pageOf,
	parseMailboxCursor,
	textsIn,
	writeMailboxCursor
} from './mailbox.ts';

const entry = (atMs: number, id = `id-${atMs}`) => ({ atMs, id });

test('two lists become one, newest first; of two at once the greater id is first', () => {
	const { entries, next } = pageOf([entry(5), entry(2, 'a')], [entry(9), entry(2, 'b')]);
	expect(entries.map(({ id }) => id)).toEqual(['id-9', 'id-5', 'b', 'a']);
	expect(next).toBeNull();
});

test('a page ends at its size, and its cursor is its last entry', () => {
	const list = Array.from({ length: MAILBOX_PAGE + 1 }, (_, index) => entry(1000 - index));
	const { entries, next } = pageOf(list, []);
	expect(entries.length).toBe(MAILBOX_PAGE);
	expect(next).toBe(writeMailboxCursor(entry(1000 - MAILBOX_PAGE + 1)));
	expect(pageOf(list.slice(1), []).next).toBeNull();
});

test('only a cursor of ours is one', () => {
	const cursor = { atMs: 17, id: '0f8fad5b-d9cb-469f-a165-70867728950e' };
	expect(parseMailboxCursor(writeMailboxCursor(cursor))).toEqual(cursor);
	for (const text of [null, '', '17', 'x_y', `17_${cursor.id} `, `-1_${cursor.id}`])
		expect(parseMailboxCursor(text)).toBeNull();
});

test.each([
	['strasse', ['Birkenstraße 4'], true],
	['ÜBERWEISUNG geld', ['Wann kommt das Geld?', 'die Uberweisung'], true],
	['geld morgen', ['Wann kommt das Geld?'], false],
	['zoe', ['Zoë'], true]
])('%s is looked for in %j: %s', (search, texts, expected) => {
	expect(isFound(search, texts)).toBe(expected);
});

test('an address says only what is not usual', () => {
	expect(listQuery('all')).toBe('');
	expect(listQuery('unread')).toBe('?show=unread');
	expect(listQuery('all', '17_a')).toBe('?after=17_a');
});

test('every text of a snapshot is looked through, numbers are not', () => {
	expect(textsIn({ a: 'x', b: [{ c: 'y', d: 5 }, null], e: true })).toEqual(['x', 'y']);
});
