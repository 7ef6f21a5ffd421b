import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ok } from '#lib/domain/result.ts';
import { pageNumberOf, readFilesForm, readForm, readJson, readTyped, runForm } from './http.ts';

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
	['a prototype beside the fields', '{"name":"a","__proto__":{"role":"clerk"}}'],
	['a prototype spelled otherwise', '{"name":"a","\\u005f_proto__":{"role":"clerk"}}'],
	['a constructor beside the fields', '{"name":"a","constructor":{"prototype":{"role":"clerk"}}}'],
	['ten thousand levels deep in a field', `{"name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
	['no UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
	['an object for a text', '{"name":{"toString":"a"}}'],
	['a number for a text', '{"name":1e999}'],
	['larger than any claim', `{"name":"${'x'.repeat(512 * 1024)}"}`]
] as const)('B4, Z3: a body that is %s is invalid input, never a fault', async (_, body) => {
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
	expect(await readForm(form('email=a&code=%C3%AB'))).toEqual({ email: 'a', code: 'ë' });
	await expect(readForm(form(`email=${'a'.repeat(300_000)}`))).rejects.toMatchObject({
		status: 413
	});
	await expect(readForm(post('no form'))).rejects.toMatchObject({ status: 400 });
});

const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=x';
const part = (name: string, value: string) =>
	`--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

test.each([
	['doubled', URLENCODED, 'email=a&email=b'],
	['doubled with the same value', URLENCODED, 'email=a&email=a'],
	['doubled in parts', MULTIPART, `${part('email', 'a')}${part('email', 'b')}--x--\r\n`],
	['named __proto__', URLENCODED, 'email=a&__proto__=b'],
	['named __proto__ in parts', MULTIPART, `${part('__proto__', 'b')}--x--\r\n`],
	['cut off in the middle', MULTIPART, '--x\r\nContent-Disposition: form-data; name="em'],
	['in parts without a boundary', 'multipart/form-data', 'email=a']
])('B4: a form with a field that is %s is refused with 400', async (_, type, body) => {
	const headers = { 'Content-Type': type };
	const sent = new Request('http://portal.test/', { method: 'POST', headers, body });
	await expect(readForm(sent)).rejects.toMatchObject({ status: 400 });
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

/** As bytes: a form that is still being written cannot be left in the middle. */
async function written(form: FormData) {
	const sent = new Response(form);
	const headers = { 'content-type': sent.headers.get('content-type') ?? '' };
	return { headers, body: await sent.bytes() };
}
const messageForm = async (fileBytes: number) => {
	const form = new FormData();
	form.set('text', 'Wann kommt das Geld?');
	form.set('file1', new File([new Uint8Array(fileBytes)], 'a.png', { type: 'image/png' }));
	form.set('file2', new File([], ''));
	const { headers, body } = await written(form);
	return new Request('http://localhost/', { method: 'POST', headers, body });
};

test('a form with files gives its text and the files of its own fields', async () => {
	const read = await readFilesForm(await messageForm(1000), ['file1', 'file2'], 2000);
	expect(read.values).toEqual({ text: 'Wann kommt das Geld?' });
	expect(read.files.map(({ field, name, bytes }) => [field, name, bytes.length])).toEqual([
		['file1', 'a.png', 1000]
	]);
	expect((await readFilesForm(await messageForm(1000), [], 2000)).files).toEqual([]);
});

test('of a form whose files are too large the text above them is not lost', async () => {
	const read = await readFilesForm(await messageForm(900_000), ['file1'], 100_000);
	expect(read).toEqual({
		values: { text: 'Wann kommt das Geld?' },
		files: [],
		isTooLarge: true
	});
	expect(await readTyped(await messageForm(900_000))).toEqual({ text: 'Wann kommt das Geld?' });
});

describe('a field that was not sent', () => {
	const choice = v.object({ kind: v.picklist(['one', 'two'], 'not-a-word') });
	const issuesOfForm = async (schema: v.GenericSchema, input: Record<string, string>) => {
		const form = await runForm(input, { schema, secrets: [] }, () => Promise.resolve(ok(null)));
		return form.ok ? null : form.failure.data.issues;
	};

	test.each([
		['a group of radio buttons without a choice', choice, {}, { kind: 'required' }],
		['a word that is none of them', choice, { kind: 'three' }, { kind: 'not-a-word' }],
		['a choice', choice, { kind: 'two' }, null],
		[
			'what decides which other fields there are',
			v.variant('kind', [v.object({ kind: v.literal('one') })]),
			{},
			{ kind: 'required' }
		],
		['one nobody knows', v.strictObject({}), { other: 'x' }, { other: 'invalid' }]
	])('%s', async (_, schema, input, issues) => {
		expect(await issuesOfForm(schema, input)).toEqual(issues);
	});
});
