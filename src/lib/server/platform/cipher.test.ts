import { expect, test } from 'vitest';
import { createCipher, openChunk, sealChunk } from './cipher.ts';
import { SYSTEM_IDS } from './ids.ts';
import { generateKeys, rotateKeys } from './keys.ts';

const { randomBytes } = SYSTEM_IDS;
const keys = generateKeys(randomBytes);
const cell = { table: 'claims', column: 'content', rowId: 'r1', personId: 'p1' };

async function cipherWithPerson() {
	const cipher = createCipher(keys, randomBytes);
	const wrapped = await cipher.createPerson('p1');
	return { cipher, wrapped };
}

test('what one request seals another opens, once it has learnt the wrapped key', async () => {
	const { cipher, wrapped } = await cipherWithPerson();
	const sealed = await cipher.sealJson(cell, { diagnosis: 'Grippe' });
	const other = createCipher(keys, randomBytes);
	await expect(other.openJson(cell, sealed)).rejects.toThrow(/not read in this request/);
	await other.learn('p1', wrapped);
	expect(await other.openJson(cell, sealed)).toEqual({ diagnosis: 'Grippe' });
});

test('D2: a ciphertext moved to another table, column, row or person does not open', async () => {
	const { cipher } = await cipherWithPerson();
	await cipher.createPerson('p2');
	const sealed = await cipher.sealJson(cell, 'x');
	const places = [
		{ ...cell, table: 'documents' },
		{ ...cell, column: 'decision' },
		{ ...cell, rowId: 'r2' },
		{ ...cell, personId: 'p2' },
		{ ...cell, table: 'claim', column: 'scontent' }
	];
	for (const place of places) {
		await expect(cipher.openJson(place, sealed)).rejects.toThrow('could not be opened');
	}
});

test('D2: a changed byte anywhere gives the same plain error', async () => {
	const { cipher } = await cipherWithPerson();
	const sealed = await cipher.seal(cell, Uint8Array.of(1, 2, 3));
	for (const position of [0, 1, 13, sealed.length - 1]) {
		const bent = sealed.slice();
		bent[position] = (bent[position] ?? 0) ^ 1;
		await expect(cipher.open(cell, bent)).rejects.toThrow('a stored value could not be opened');
	}
});

test('D3: no IV comes twice in a hundred thousand encryptions', { timeout: 60_000 }, async () => {
	const { cipher } = await cipherWithPerson();
	const ivs = new Set<string>();
	for (let n = 0; n < 100; n += 1) {
		const sealed = await Promise.all(
			Array.from({ length: 1000 }, () => cipher.seal(cell, Uint8Array.of(1)))
		);
		for (const value of sealed) ivs.add(String(value.subarray(1, 13)));
	}
	expect(ivs.size).toBe(100_000);
});

test('D4: after a rotation old values open, and new people use the new root', async () => {
	const { cipher, wrapped } = await cipherWithPerson();
	const sealed = await cipher.sealJson(cell, 'old');
	const rotated = rotateKeys(keys, ['data'], randomBytes);
	const next = createCipher(rotated, randomBytes);
	await next.learn('p1', wrapped);
	expect(await next.openJson(cell, sealed)).toBe('old');
	expect((await next.createPerson('p3')).rootVersion).toBe(2);
});

test('a person key does not open under another root', async () => {
	const { wrapped } = await cipherWithPerson();
	const stranger = createCipher(generateKeys(randomBytes), randomBytes);
	await expect(stranger.learn('p1', wrapped)).rejects.toThrow();
});

test('D4: a look-up tries the current index key first and then the older one', async () => {
	const { cipher } = await cipherWithPerson();
	const stored = await cipher.blindIndex('email', 'a@b.de');
	const next = createCipher(rotateKeys(keys, ['blindIndex'], randomBytes), randomBytes);
	const fresh = await next.blindIndex('email', 'a@b.de');
	expect([stored[0], fresh[0]]).toEqual([1, 2]);
	expect(await next.blindIndexes('email', 'a@b.de')).toEqual([fresh, stored]);
});

test('a blind index is stable, differs by purpose and by key', async () => {
	const { cipher } = await cipherWithPerson();
	const index = await cipher.blindIndex('email', 'a@b.de');
	expect(await cipher.blindIndex('email', 'a@b.de')).toEqual(index);
	expect(await cipher.blindIndex('policy-number', 'a@b.de')).not.toEqual(index);
	const stranger = createCipher(generateKeys(randomBytes), randomBytes);
	expect(await stranger.blindIndex('email', 'a@b.de')).not.toEqual(index);
});

test('a chunk of a file opens only at its own place of its own file', async () => {
	const fileKey = randomBytes(32);
	const place = { fileId: 'f', startByte: 0, fileBytes: 2 };
	const sealed = await sealChunk(fileKey, place, Uint8Array.of(7), randomBytes);
	expect(await openChunk(fileKey, place, sealed)).toEqual(Uint8Array.of(7));
	await expect(openChunk(fileKey, { ...place, startByte: 1 }, sealed)).rejects.toThrow();
	await expect(openChunk(fileKey, { ...place, fileId: 'g' }, sealed)).rejects.toThrow();
	await expect(openChunk(fileKey, { ...place, fileBytes: 1 }, sealed)).rejects.toThrow();
});
