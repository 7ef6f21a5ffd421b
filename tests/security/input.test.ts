/** How everything that comes in is read: decoded once, by one parser, and against a rule. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { MAX_FILE_BYTES, MAX_FILES, MAX_INVOICES } from '#lib/domain/claims/claim.schema.ts';
import { UPLOAD_QUOTA_BYTES } from '#lib/server/documents/uploads.service.ts';
import { ownPath } from '#lib/server/edge/own-path.ts';
import { readForm, readJson } from '#lib/server/http.ts';
import { callsOf, nodesOf, readSourceTree } from '../support/source-tree.ts';

const source = readSourceTree('src', 'static');
const post = (type: string, body: BodyInit) =>
	new Request('https://portal.test/', { method: 'POST', headers: { 'Content-Type': type }, body });
const form = (body: string) => readForm(post('application/x-www-form-urlencoded', body));
const parts = (value: string) =>
	readForm(
		post(
			'multipart/form-data; boundary=x',
			`--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n${value}\r\n--x--\r\n`
		)
	);
async function jsonNote(body: BodyInit): Promise<string | null> {
	const read = await readJson(post('application/json', body), v.strictObject({ note: v.string() }));
	return read.ok ? read.value.note : null;
}

test('ASVS 1.1.1: what comes in is decoded once, before it is looked at, and never again', async () => {
	// Encoded twice stays encoded once: the second layer is text.
	expect(await form('note=%2541%252e%26lt%3B')).toEqual({ note: '%41%2e&lt;' });
	expect(await parts('%41&lt;\\u0041')).toEqual({ note: '%41&lt;\\u0041' });
	expect(await jsonNote('{"note":"\\\\u0041%41"}')).toBe('\\u0041%41');
	// A path that would be another one if somebody decoded it once more.
	const { searchParams } = new URL('https://portal.test/?next=%252f%252fevil.example');
	expect(ownPath(searchParams.get('next'), '/start')).toBe('/start');
	// And nobody does: Kit and the readers above are the only ones that decode.
	const decoding = callsOf(source, /\b(decodeURI(Component)?|unescape)$/);
	expect(decoding.map(({ at }) => at)).toEqual([]);
	const entities = nodesOf(source, ts.isStringLiteral).filter(
		// The payment file for the bank is XML: it is written there, never read.
		({ path, node }) =>
			path !== 'src/lib/domain/claims/payment-file.ts' && /^&(lt|gt|amp|quot|#39);$/.test(node.text)
	);
	expect(entities.map(({ at }) => at)).toEqual([]);
});

test('ASVS 1.5.3: the same text means the same in a form, in parts and in JSON, and bytes that are no UTF-8 are no text', async () => {
	for (const text of ['Zoë Ødegård', '日本 – 🤒', 'a+b c&d=e%f', '𝒵\u0301']) {
		const read = await form(new URLSearchParams({ note: text }).toString());
		expect(read['note']).toBe(text);
		expect(await parts(text)).toEqual({ note: text });
		expect(await jsonNote(JSON.stringify({ note: text }))).toBe(text);
	}
	const head = new TextEncoder().encode('{"note":"');
	for (const bad of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
		expect(await jsonNote(Uint8Array.of(...head, ...bad, 0x22, 0x7d))).toBeNull();
	}
	// Of two equal keys every JSON reader of ours takes the last, as there is one: the platform's.
	expect(await jsonNote('{"note":"a","note":"b"}')).toBe('b');
	const parsing = callsOf(source, /(^|\.)parse$/).filter(({ node }) =>
		/json|url|query/i.test(node.expression.getText())
	);
	for (const { at, node } of parsing) expect(node.expression.getText(), at).toBe('JSON.parse');
});

test('ASVS 1.5.3, ASVS 1.2.2: what we take for a path of our own is one for every reader of addresses', () => {
	const tricky = fc.oneof(
		fc.string({ unit: 'grapheme' }),
		fc
			.array(
				fc.constantFrom(
					'/',
					'\\',
					'.',
					'..',
					'@',
					':',
					'?',
					'#',
					'%2f',
					'\t',
					'\n',
					'evil.example',
					'javascript:',
					'data:',
					'a'
				),
				{ maxLength: 8 }
			)
			.map((signs) => signs.join(''))
	);
	fc.assert(
		fc.property(tricky, (next) => {
			const path = ownPath(next, '/start');
			const url = new URL(path, 'https://portal.example');
			expect(url.origin).toBe('https://portal.example');
			expect(url.href.slice(url.origin.length).startsWith('/')).toBe(true);
			expect(url.username + url.password + url.hash).toBe('');
		}),
		{ numRuns: 3000 }
	);
	expect(ownPath(`/claims/${'a'.repeat(600)}`, '/start')).toBe('/start');
	expect(ownPath('/claims/1?a=b', '/start')).toBe('/claims/1?a=b');
});

/**
 * Texts that we wrote ourselves, or an operator did: read back, checked for their shape alone. And a form
 * as it is being typed, which keeps what is too long: whoever takes it in bounds the fields before and the claim after.
 */
const OWN_TEXT =
	/^src\/lib\/(server\/(db\/.*|platform\/(configuration|webauthn|audit-signature|ed25519)|.*\.repository|.*-rows|privacy\/retention\.service|accounts\/(session-origin|.*acts?)|contracts\/contract-acts)|offline\/.*|domain\/(audit\/own-log|claims\/(decision\.schema|typed-circumstances)|messages\/mail|contracts\/(contract|notice)|documents\/document|accounts\/profile))\.ts$/;
const BOUND =
	/v\.(maxLength|literal|length|regex|uuid|picklist|check|base64|email|maxBytes|rawTransform|isoDate|digits)\(/;

test('ASVS 2.2.1: every text that comes in has a rule about length or form', () => {
	const texts = callsOf(source, 'v.string').filter(({ path }) => !OWN_TEXT.test(path));
	expect(texts.length).toBeGreaterThan(20);
	const unbound = texts.filter(({ node }) => {
		let pipe = node.parent;
		// Around what may be missing, and around the fields of a form whose names are numbered.
		while (ts.isCallExpression(pipe) && /^v\.(optional|record)$/.test(pipe.expression.getText())) {
			pipe = pipe.parent;
		}
		const isPiped = ts.isCallExpression(pipe) && pipe.expression.getText() === 'v.pipe';
		return !isPiped || !BOUND.test(pipe.getText());
	});
	expect(unbound.map(({ at }) => at)).toEqual([]);
	const numbers = callsOf(source, 'v.number').filter(({ path }) => !OWN_TEXT.test(path));
	for (const { at, node } of numbers) {
		expect(node.parent.getText(), at).toMatch(/safeInteger|integer/);
		expect(node.parent.getText(), at).toMatch(/safeInteger|maxValue/);
	}
	const anything = callsOf(source, /^v\.(any|unknown|looseObject)$/);
	expect(anything.filter(({ path }) => !OWN_TEXT.test(path)).map(({ at }) => at)).toEqual([]);
});

test('ASVS 2.2.1, ASVS 2.2.2: bodies are read by two functions, which ask for a schema on the server', () => {
	// What a phone shares with the installed portal is read by its service worker, on the device.
	const onServer = source.filter(({ path }) => path !== 'src/share-target.ts');
	const raw = callsOf(onServer, /\brequest\.(json|text|formData|arrayBuffer|blob|bytes)$/);
	expect(raw.map(({ at }) => at)).toEqual([]);
	const bodies = callsOf(source, 'readBody').map(({ path }) => path);
	expect(
		callsOf(source, 'readStart')
			.map(({ path }) => path)
			.toSorted()
	).toEqual(['src/lib/server/body.ts', 'src/lib/server/http.ts']);
	expect(new Set(bodies)).toEqual(
		// Reports of browsers are cut short and only counted by directive.
		new Set(['src/lib/server/http.ts', 'src/routes/csp-report/+server.ts'])
	);
	// An action that reads a form hands it to a schema.
	const routes = source.filter(({ path }) =>
		/\/\+(page\.server|server)\.ts$|actions\.ts$/.test(path)
	);
	const reading = routes.filter(({ text }) => /\bread(Message)?Form\(/.test(text));
	expect(reading.length).toBeGreaterThan(20);
	for (const { path, text } of reading) {
		expect(text, path).toMatch(/\brunForm\(|\bsafeParse\(|\bv\.parse\(/);
	}
});

/** What may be done with a value of the address: compared, or read by a parser that knows its form. */
const READERS =
	/^(Number|parseCursor|parseMailboxCursor|ownPath|normaliseClaimNumber|pageNumberOf|isEnding)$/;

test('ASVS 2.2.1: nothing of an address is taken as it comes', () => {
	const reads = callsOf(
		source.filter(({ path }) => path.startsWith('src/')),
		/\bsearchParams\.get$/
	);
	expect(reads.length).toBeGreaterThan(5);
	const free = reads.filter(({ path, node }) => {
		// `wordOf`: one of the words a page knows, or nothing.
		if (path === 'src/lib/server/http.ts' && node.getText().endsWith('get(name)')) return false;
		let { parent } = node;
		while (
			ts.isBinaryExpression(parent) ||
			ts.isParenthesizedExpression(parent) ||
			ts.isPropertyAccessExpression(parent) ||
			(ts.isCallExpression(parent) && parent.expression.getText().endsWith('.trim'))
		) {
			if (ts.isBinaryExpression(parent) && /[=!]==/.test(parent.operatorToken.getText()))
				return false;
			parent = parent.parent;
		}
		return !(ts.isCallExpression(parent) && READERS.test(parent.expression.getText()));
	});
	// The number that is searched for: read by its form on the next line, and repeated in its field;
	// and the filters of the queue, each one of the words that `parseQueueFilter` knows. And the request
	// that a document answers: an id by the schema of its form; a proof of insurability as well.
	const queue = 'src/routes/(staff)/staff/+page.server.ts';
	const answer = 'src/routes/(customer)/claims/[id]/+page.server.ts';
	const proof = 'src/routes/(customer)/contracts/[id]/proofs/+page.server.ts';
	expect(free.map(({ path }) => path)).toEqual([answer, proof, queue, queue]);
});

test('ASVS 2.3.2: the limits the document promises are the ones the code has', () => {
	const document = readFileSync('docs/security/input.md', 'utf8');
	const row = (what: string) => new RegExp(`^\\| ${what} \\| ([^|]+) \\|`, 'm').exec(document)?.[1];
	expect(row('invoices, files of a claim')).toBe(`${MAX_INVOICES}, ${MAX_FILES}`);
	expect(row('one file')).toMatch(new RegExp(`^${MAX_FILE_BYTES / 1024 ** 2} MiB;`));
	expect(row('files on the way of one customer')).toBe(`${UPLOAD_QUOTA_BYTES / 1024 ** 2} MiB`);
	expect(row("tries of a letter's activation code")).toBe(String(LIMITS.contractLinks.max));
	const signIn = readFileSync('docs/security/sign-in.md', 'utf8');
	const act = (name: string) => new RegExp(`^\\| ${name} \\| ([^|]+) \\|`, 'm').exec(signIn)?.[1];
	expect(act('submission')).toBe(`${LIMITS.submissions.max} a day`);
	expect(act('upload')).toBe(`${LIMITS.uploads.max} a day`);
	expect(act('contract by letter')).toBe(`${LIMITS.contractLinks.max} a day`);
	expect(act('password beside a mailed code')).toBe(String(LIMITS.mailCodeTries.max));
	expect(act('registration, mail sent again')).toBe(
		`${LIMITS.mailsToAddress.max} an hour, ${LIMITS.mailsFromAddress.max} an hour`
	);
});
