import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { hashArgon2id } from '#lib/server/platform/password-hash.ts';
import {
	accountRooms,
	codeAt,
	NEW_BROWSER,
	REGISTRATION,
	registerActive,
	signIn
} from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

async function storedHash(): Promise<string> {
	const { rows } = await it.client.execute('select password_hash from accounts');
	return String(rows[0]?.['password_hash']);
}

test('A2: the whole password counts: with another hundredth character nobody signs in', async () => {
	const password = Array.from({ length: 128 }, (_, at) => 'äbc 🦊efgh'[at % 8] ?? '').join('');
	const { secretText } = await registerActive(it, { ...REGISTRATION, password });
	it.clock.advance(TOTP_STEP_MS);
	const right = { email: REGISTRATION.email, code: codeAt(secretText, it.clock.nowMs()) };
	const changed = `${password.slice(0, 99)}#${password.slice(100)}`;
	expect((await signIn(it, { ...right, password: changed })).ok).toBe(false);
	expect((await signIn(it, { ...right, password: password.slice(0, 100) })).ok).toBe(false);
	expect((await signIn(it, { ...right, password })).ok).toBe(true);
});

test('A2: a leading blank and a NUL are part of the password', async () => {
	const { passwords } = accountRooms(it);
	const stored = await passwords.hash(' zwölf\0Monate');
	expect(await passwords.verify(' zwölf\0Monate', stored)).toBe(true);
	for (const other of ['zwölf\0Monate', ' zwölf', ' zwölfMonate', ' zwölf\0monate']) {
		expect(await passwords.verify(other, stored)).toBe(false);
	}
});

test('A5: a stored hash names Argon2id at the floor or above, 16 random bytes and its pepper', async () => {
	await registerActive(it);
	const { rows } = await it.client.execute(
		`select password_hash as hash from accounts union all select answer_hash from security_answers`
	);
	const hashes = rows.map((row) => String(row['hash']));
	const shape = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+),pepper=(\d+)\$([^$]+)\$([^$]+)$/;
	const parts = hashes.map((hash) => shape.exec(hash) ?? []);
	expect(parts).toHaveLength(3);
	for (const [, memory, iterations, , pepper, salt = '', hash = ''] of parts) {
		expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
		expect(Number(iterations)).toBeGreaterThanOrEqual(2);
		expect(Number(pepper)).toBe(it.keys.pepper.current);
		expect(Buffer.from(salt, 'base64').length).toBeGreaterThanOrEqual(16);
		expect(Buffer.from(hash, 'base64').length).toBeGreaterThanOrEqual(32);
	}
	expect(new Set(parts.map(([, , , , , salt]) => salt)).size).toBe(3);
});

test('A22: each stored answer has a salt of its own and no word of it lies in clear', async () => {
	const answer1 = 'Am Alten Birkenhof';
	const { passwords } = accountRooms(it);
	const [first, second] = [await passwords.hash(answer1), await passwords.hash(answer1)];
	expect(first).not.toBe(second);
	await registerActive(it, { ...REGISTRATION, answer1: ` ${answer1.toUpperCase()}` });
	const { rows } = await it.client.execute(
		'select answer_hash, hex(question) as question from security_answers where slot = 1'
	);
	const stored = String(rows[0]?.['answer_hash']);
	expect(await passwords.verify('am alten birkenhof', stored)).toBe(true);
	expect(Buffer.from(String(rows[0]?.['question']), 'hex').toString('latin1')).not.toContain(
		'first-street'
	);
});

/** The hash as an older release would have stored it, with less memory and one iteration. */
async function oldHash(password: string): Promise<string> {
	const salt = randomBytes(16);
	const pepper = Buffer.from(it.keys.pepper.versions['1'] ?? '', 'base64');
	const input = createHmac('sha256', pepper).update(password.normalize('NFC')).digest();
	const parameters = { memoryKib: 4096, iterations: 1, parallelism: 1, hashBytes: 32 };
	const hash = Buffer.from(await hashArgon2id(input, salt, parameters));
	const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
	return `$argon2id$v=19$m=4096,t=1,p=1,pepper=1$${base64(salt)}$${base64(hash)}`;
}

test('A5: an old hash is renewed after a right password, well after the answer and without a trip', async () => {
	await registerActive(it);
	const old = await oldHash(REGISTRATION.password);
	await it.client.execute({ sql: 'update accounts set password_hash = ?', args: [old] });

	const wrong = accountRooms(it);
	await wrong.signIn.start({ ...REGISTRATION, password: 'falsch' }, 'customer', NEW_BROWSER);
	expect(wrong.workAfterAnswer).toHaveLength(0);

	const rooms = accountRooms(it);
	it.takeRoundTrips();
	await rooms.signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	expect(it.takeRoundTrips()).toBe(2);
	expect(await storedHash()).toBe(old);
	for (const work of rooms.workAfterAnswer) await work();
	const renewed = await storedHash();
	expect(renewed).toMatch(/m=19456,t=3/);
	expect(await rooms.passwords.verify(REGISTRATION.password, renewed)).toBe(true);

	const again = accountRooms(it);
	await again.signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	expect(again.workAfterAnswer).toHaveLength(0);
});

test('A5: a new pepper renews hashes too, and never overwrites a password changed meanwhile', async () => {
	await registerActive(it);
	const { current, versions } = it.keys.pepper;
	const next = { current: 2, versions: { ...versions, '2': randomBytes(32).toString('base64') } };
	const rotated = { ...it, keys: { ...it.keys, pepper: next } };
	expect(current).toBe(1);
	const rooms = accountRooms(rotated);
	await rooms.signIn.start(REGISTRATION, 'customer', NEW_BROWSER);
	const changed = await rooms.passwords.hash('ein anderer Satz');
	await it.client.execute({ sql: 'update accounts set password_hash = ?', args: [changed] });
	for (const work of rooms.workAfterAnswer) await work();
	expect(rooms.workAfterAnswer).toHaveLength(1);
	expect(await storedHash()).toBe(changed);
	expect(changed).toContain('pepper=2');
	expect(rooms.passwords.needsRehash(changed)).toBe(false);
});

test('O3: the Argon2 module that we ship is the one we looked at', () => {
	const module = readFileSync('node_modules/@phi-ag/argon2/dist/argon2.wasm');
	expect(createHash('sha256').update(module).digest('hex')).toBe(
		'38f461d188b5dc980881ed92f9ecc12473e9206a588625e3ef0c4c5125dc85b1'
	);
});

test('O4: nothing on the server derives keys with PBKDF2, which workerd caps in production', () => {
	const folders = ['src/lib/server', 'src/lib/domain', 'src/routes', 'tools/seed'];
	const files = folders.flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
	);
	const code = [...files, 'src/hooks.server.ts', 'src/worker.ts'].filter((file) =>
		/\.(ts|svelte)$/.test(file)
	);
	expect(code.length).toBeGreaterThan(100);
	expect(code.filter((file) => /pbkdf2/i.test(readFileSync(file, 'utf8')))).toEqual([]);
});
