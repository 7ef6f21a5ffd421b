/** Which algorithms the product uses, read from its source: whatever is not named here fails. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { generateKeys, KEY_PURPOSES, rootKey } from '#lib/server/platform/keys.ts';
import { createPasswords, isEqualInConstantTime } from '#lib/server/platform/passwords.ts';
import { callsOf, importsOf, nodesOf, packageOf, readSourceTree } from '../support/source-tree.ts';

const source = readSourceTree('src', 'static');
const tools = readSourceTree('tools/keys', 'tools/audit', 'tools/staff', 'tools/start');

/** What WebCrypto and node:crypto call an algorithm, whether or not we want it. */
const ALGORITHM =
	/^(AES\b.*|A\d+\w+|RSA.*|RS\d+|ECDSA|ECDH|X25519|Ed\d+|HMAC|HKDF|PBKDF2|SHA-?\d.*|MD\d|3?DES|RC\d|ChaCha.*)$/;

function algorithmsIn(files: typeof source): ReadonlySet<string> {
	const named = nodesOf(files, ts.isStringLiteral).map(({ node }) => node.text);
	return new Set(named.filter((text) => ALGORITHM.test(text)));
}

test('ASVS 11.3.1, ASVS 11.3.2: AES-GCM and AES-KW are the only ciphers, and nothing is padded', () => {
	const ciphers = [...algorithmsIn(source)].filter(
		(name) => !/^(SHA|HMAC|HKDF|PBKDF2|ECDH|ECDSA|Ed)/i.test(name)
	);
	expect(ciphers.toSorted()).toEqual(['AES-GCM', 'AES-KW']);
	for (const files of [source, tools]) {
		const own = callsOf(files, /\b(createCipher(iv)?|createDecipher(iv)?|publicEncrypt)$/);
		expect(own.filter(({ node }) => node.expression.getText() !== 'createCipher')).toEqual([]);
	}
	// Ours has the same name as node's old one; it is the door to AES-GCM.
	const callers = callsOf(source, 'createCipher').map(({ path }) => path);
	expect(new Set(callers)).toEqual(new Set(['src/lib/server/compose.ts']));
});

test('ASVS 11.4.1, ASVS 11.4.3: SHA-256 is the only hash we call, in digests, HMAC, HKDF and signatures', () => {
	const hashes = [...algorithmsIn(source)].filter((name) => /^(SHA|MD)/i.test(name));
	expect(hashes).toEqual(['SHA-256']);
	expect(callsOf(source, /\bcreate(Hash|Hmac)$/).map(({ at }) => at)).toEqual([]);
	// HMAC and HKDF without a hash of their own would take whatever the platform does.
	const keyed = nodesOf(source, ts.isObjectLiteralExpression).filter(({ node }) =>
		/name: '(HMAC|HKDF|PBKDF2)'/.test(node.getText())
	);
	expect(keyed.length).toBeGreaterThanOrEqual(4);
	for (const { at, node } of keyed) expect(node.getText(), at).toMatch(/hash: 'SHA-(256|512)'/);
});

/** Who else computes cryptography for us. Each is pinned, and looked at when it changes (O3). */
const LIBRARIES = {
	'@libsql/client': 'database, over the TLS of fetch',
	'@oslojs/otp': 'HMAC-SHA-1 of RFC 6238 (deviation K4), constant-time comparison',
	'@phi-ag/argon2': 'Argon2id',
	'@simplewebauthn/server': 'signatures of passkeys',
	'@stablelib/sha256': 'SHA-256 that can be put down and taken up',
	lucia: 'life of a session'
};
const SOUNDS_LIKE_CRYPTOGRAPHY =
	/crypto|cipher|hash|sha\d|md5|hmac|argon|scrypt|bcrypt|otp|jose|jwt|webauthn|nacl|noble|stable|forge|sodium|ed25519/i;

test('ASVS 11.2.1: cryptography comes from WebCrypto and listed libraries, none of it is our own', () => {
	const packages = new Set(importsOf(source).flatMap(({ name }) => packageOf(name) ?? []));
	const cryptographic = [...packages].filter((name) => SOUNDS_LIKE_CRYPTOGRAPHY.test(name));
	const known = Object.keys(LIBRARIES);
	expect(cryptographic.filter((name) => !known.includes(name))).toEqual([]);
	// What a cipher or hash of one's own is made of: rounds over words.
	const rotations = nodesOf(source, ts.isBinaryExpression).filter(({ node }) =>
		[
			ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
			ts.SyntaxKind.CaretToken,
			ts.SyntaxKind.CaretEqualsToken
		].includes(node.operatorToken.kind)
	);
	const where = new Set(rotations.map(({ path }) => path));
	expect(where).toEqual(
		new Set([
			// The place of a word in the filter of common passwords, which is no secret.
			'src/lib/server/platform/password-list.ts',
			// The comparison in constant time.
			'src/lib/server/platform/passwords.ts'
		])
	);
	const { dependencies } = v.parse(
		v.object({ dependencies: v.record(v.string(), v.string()) }),
		JSON.parse(readFileSync('package.json', 'utf8'))
	);
	for (const name of known) expect(dependencies[name], name).toMatch(/^\d+\.\d+\.\d+$/);
});

test('ASVS 11.6.1: keys, tokens and salts come from the random generator of the platform', () => {
	const guessable = callsOf([...source, ...tools], /^Math\.random$/);
	const named = nodesOf(source, ts.isPropertyAccessExpression).filter(
		({ node }) => node.getText() === 'Math.random'
	);
	// How long a device waits before it tries again.
	const places = ['src/lib/offline/room.svelte.ts'];
	expect(guessable).toEqual([]);
	expect(named.map(({ path }) => path)).toEqual(places);
	const asked: number[] = [];
	const bytes = (length: number) => {
		asked.push(length);
		return Uint8Array.from({ length }, (_, index) => (asked.length * 41 + index * 7) % 256);
	};
	const keys = generateKeys(bytes);
	expect(asked).toEqual(KEY_PURPOSES.map(() => 32));
	expect(rootKey(keys, 'data')).toEqual(
		Uint8Array.from({ length: 32 }, (_, i) => (41 + i * 7) % 256)
	);
	const many = Array.from({ length: 200 }, () => generateKeys(SYSTEM_IDS.randomBytes));
	const roots = many.flatMap((set) => KEY_PURPOSES.map((purpose) => set[purpose].versions['1']));
	expect(new Set(roots).size).toBe(200 * KEY_PURPOSES.length);
});

test('ASVS 11.4.4: a key made of a password is stretched; without one it comes from a root key', () => {
	const derived = callsOf(source, /^crypto\.subtle\.(deriveBits|deriveKey)$/);
	expect(derived.length).toBeGreaterThan(0);
	for (const { path, at, node } of derived) {
		const [algorithm] = node.arguments ?? [];
		if (path === 'src/lib/server/platform/ed25519.ts') {
			expect(algorithm?.getText(), at).toContain("'HKDF'");
			continue;
		}
		if (path === 'src/lib/server/platform/push-message.ts') {
			// What two fresh keys have agreed on, and keys made of it: no password is near (RFC 8291).
			expect(algorithm?.getText(), at).toMatch(/^agreement$|name: 'HKDF', hash: 'SHA-256'/);
			continue;
		}
		// On a device. Nothing on the server may stretch with PBKDF2 (O4).
		expect(at).toMatch(/^src\/lib\/offline\//);
		const text = readFileSync(path, 'utf8');
		// Out of a key that two sides have agreed on, or a passkey's own answer: random already.
		if (/name: '(ECDH|HKDF)'/.test(algorithm?.getText() ?? '')) continue;
		// OWASP's floor: 600 000 rounds with SHA-256, 210 000 with SHA-512.
		expect(text, at).toMatch(/name: 'PBKDF2', hash: 'SHA-(256|512)', salt, iterations: \w+/);
		const rounds = [...text.matchAll(/const \w*ROUNDS = ([\d_]+);/g)].map(([, number = '0']) =>
			Number(number.replaceAll('_', ''))
		);
		expect(rounds.length, at).toBeGreaterThan(0);
		for (const count of rounds) expect(count, at).toBeGreaterThanOrEqual(600_000);
	}
});

test('ASVS 11.2.4: secrets are compared by their hash in SQL or in constant time, never sign by sign', () => {
	// Codes of failures, and what two devices say of one and the same file: no secrets.
	const IS_NO_SECRET = /error\.code|reply\.code|manifestHash/;
	// The operator's own binding, compared with another one of theirs at the start.
	const IS_BINDING = /^given\./;
	const SECRET =
		/(token|secret|password|pepper|hash|mac|tag|code|signature|challenge)(text|bytes|hash)?$/i;
	const EQUAL = [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken];
	const isFree = (node: ts.Expression) =>
		ts.isLiteralExpression(node) ||
		['null', 'undefined', 'true', 'false'].includes(node.getText()) ||
		ts.isTypeOfExpression(node);
	const compared = nodesOf(
		source.filter(({ path }) => /^src\/(lib\/server|routes|hooks)/.test(path)),
		ts.isBinaryExpression
	).filter(
		({ node: { left, right, operatorToken } }) =>
			EQUAL.includes(operatorToken.kind) &&
			!isFree(left) &&
			!isFree(right) &&
			!IS_NO_SECRET.test(left.getText()) &&
			!IS_BINDING.test(right.getText()) &&
			[left, right].some((side) => SECRET.test(side.getText()))
	);
	expect(compared.map(({ at, node }) => `${at} ${node.getText()}`)).toEqual([]);
	expect(isEqualInConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
	for (const other of [[1, 3], [0, 2], [1], [1, 2, 3]]) {
		expect(isEqualInConstantTime(Uint8Array.of(1, 2), Uint8Array.from(other))).toBe(false);
	}
	const used = callsOf(source, 'isEqualInConstantTime').map(({ path }) => path);
	expect(used).toContain('src/lib/server/platform/passwords.ts');
	// The whole is looked at, whatever the first bytes say.
	const { body } = nodesOf(source, ts.isFunctionDeclaration)
		.map(({ node }) => node)
		.find((node) => node.name?.text === 'isEqualInConstantTime') ?? { body: undefined };
	expect(body?.getText()).not.toMatch(/\bbreak\b|\bevery\b|\bsome\b|forEach[^}]*return/);
});

test('ASVS 11.2.3: nothing is below 128 bits of security', async () => {
	const keys = generateKeys(SYSTEM_IDS.randomBytes);
	for (const purpose of KEY_PURPOSES) expect(rootKey(keys, purpose).length * 8).toBe(256);
	const stored = await createPasswords(keys, SYSTEM_IDS.randomBytes).hash('zwölf Monate im Norden');
	const [, , , , salt = '', hash = ''] = stored.split('$');
	expect(Buffer.from(salt, 'base64').length * 8).toBeGreaterThanOrEqual(128);
	expect(Buffer.from(hash, 'base64').length * 8).toBeGreaterThanOrEqual(256);
});
