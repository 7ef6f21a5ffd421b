import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './wire.ts';

const schema = v.object({ accountRef: v.string() });
const none = new Headers();

describe('an answer', () => {
	it('counts when it has the expected shape', () => {
		expect(readAnswer(200, none, { accountRef: 'a' }, schema)).toEqual({
			kind: 'ok',
			value: { accountRef: 'a' }
		});
	});

	it("is no network when a hotel's page or a proxy answers instead", () => {
		expect(readAnswer(200, none, { welcome: 'to the hotel' }, schema).kind).toBe('offline');
		expect(readAnswer(502, none, 'bad gateway', schema).kind).toBe('offline');
	});

	it('tells why it refuses, and when to come again', () => {
		const answer = readAnswer(
			429,
			new Headers({ 'Retry-After': '7' }),
			{ code: 'portal/rate-limited' },
			schema
		);
		expect(answer).toEqual({
			kind: 'refused',
			status: 429,
			code: 'portal/rate-limited',
			issues: {},
			retryAfterMs: 7000
		});
	});

	it('honours the pause of a server in front that does not speak our language', () => {
		const answer = readAnswer(503, new Headers({ 'Retry-After': '30' }), null, schema);
		expect(answer).toMatchObject({ kind: 'refused', status: 503, retryAfterMs: 30_000 });
		expect(readAnswer(503, none, null, schema).kind).toBe('offline');
	});
});
