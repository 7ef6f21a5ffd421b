import * as v from 'valibot';
import { expect, test } from 'vitest';
import { pageNumberOf, readForm, readJson } from './http.ts';

const schema = v.strictObject({ name: v.string() });
const post = (body: BodyInit) => {
	// Node asks for it where the body is a stream; the types do not know it yet.
	const init = { method: 'POST', body, duplex: 'half' };
	return new Request('http://portal.test/', init);
};

test('a JSON body is read and parsed', async () => {
	expect(await readJson(post('{"name":"Zoë"}'), schema)).toEqual({
		ok: true,
		value: { name: 'Zoë' }
	});
});

test.each([
	['broken', '{"name":'],
	['empty', ''],
	['an array', '[]'],
	['an array for a text', '{"name":["a"]}'],
	['a field nobody knows', '{"name":"a","role":"clerk"}'],
	['ten thousand levels deep', '['.repeat(10_000) + ']'.repeat(10_000)],
	['a prototype in place of fields', '{"__proto__":{"name":"a"}}'],
	['larger than any claim', `{"name":"${'x'.repeat(512 * 1024)}"}`]
])('a body that is %s is invalid input, never a fault', async (_, body) => {
	expect(await readJson(post(body), schema)).toMatchObject({
		ok: false,
		error: { kind: 'invalid', code: 'portal/invalid-input' }
	});
});

test('a body without end is cut off', async () => {
	let sent = 0;
	const endless = new ReadableStream<Uint8Array>({
		pull: (controller) => {
			sent += 65_536;
			controller.enqueue(new Uint8Array(65_536));
		}
	});
	expect((await readJson(post(endless), schema)).ok).toBe(false);
	expect(sent).toBeLessThan(1024 * 1024);
});

test('a form is read up to a limit, and no further', async () => {
	const form = (body: BodyInit) =>
		new Request('http://portal.test/', {
			method: 'POST',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
			body
		});
	expect(await readForm(form('email=a&email=b&code=%C3%AB'))).toEqual({ email: 'a', code: 'ë' });
	await expect(readForm(form(`email=${'a'.repeat(300_000)}`))).rejects.toMatchObject({
		status: 413
	});
	await expect(readForm(post('no form'))).rejects.toMatchObject({ status: 400 });
});

test.each([
	['', 1],
	['?page=3', 3],
	['?page=0', 1],
	['?page=-1', 1],
	['?page=1.5', 1],
	['?page=1e9', 1],
	['?page=x', 1]
])('the page of "%s" is %d', (query, page) => {
	expect(pageNumberOf(new URL(`http://portal.test/claims${query}`))).toBe(page);
});
