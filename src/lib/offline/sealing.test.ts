import { describe, expect, it } from 'vitest';
import {
	base64urlOf,
	bytesOfBase64url,
	DamagedRecord,
	importVaultKey,
	open,
	openJson,
	seal,
	sealJson,
	sha256Hex
} from './sealing.ts';

const KEY = bytesOfBase64url('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8');
const PLACE = ['account', 'draft', 'draft', 3] as const;

describe('a sealed record', () => {
	it('opens at its place and holds no plain text', async () => {
		const key = await importVaultKey(KEY);
		const record = await sealJson(key, PLACE, { diagnosis: 'Bronchitis' });
		expect(Buffer.from(record.sealed).includes('Bronchitis')).toBe(false);
		expect(await openJson(key, PLACE, record)).toEqual({ diagnosis: 'Bronchitis' });
	});

	it('does not open for another account, draft, kind or revision', async () => {
		const key = await importVaultKey(KEY);
		const record = await sealJson(key, PLACE, 'text');
		for (const place of [
			['other', 'draft', 'draft', 3],
			['account', 'other', 'draft', 3],
			['account', 'draft', 'kit', 3],
			['account', 'draft', 'draft', 2]
		]) {
			await expect(open(key, place, record)).rejects.toThrow(DamagedRecord);
		}
	});

	it('does not open when a bit has flipped, or with another key', async () => {
		const key = await importVaultKey(KEY);
		const record = await seal(key, PLACE, new Uint8Array([1, 2, 3]));
		const flipped = new Uint8Array(record.sealed.slice(0));
		flipped[0] = (flipped[0] ?? 0) ^ 1;
		await expect(open(key, PLACE, { ...record, sealed: flipped.buffer })).rejects.toThrow(
			DamagedRecord
		);
		const other = await importVaultKey(KEY.toReversed());
		await expect(open(other, PLACE, record)).rejects.toThrow(DamagedRecord);
	});

	it('never uses a nonce twice', async () => {
		const key = await importVaultKey(KEY);
		const records = await Promise.all(
			Array.from({ length: 200 }, () => seal(key, PLACE, new Uint8Array(1)))
		);
		const nonces = new Set(records.map(({ iv }) => Buffer.from(iv).toString('hex')));
		expect(nonces.size).toBe(200);
	});
});

describe('the vault key', () => {
	it('cannot be read back by script', async () => {
		const key = await importVaultKey(KEY);
		expect(key.extractable).toBe(false);
		await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
	});

	it('has 32 bytes, nothing else is taken', async () => {
		await expect(importVaultKey(KEY.slice(0, 3))).rejects.toThrow();
	});
});

it('names a file by its SHA-256 in lower-case hex', async () => {
	expect(await sha256Hex('abc')).toBe(
		'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
	);
});

it('writes bytes as the Worker does, in both directions', () => {
	const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
	expect(base64urlOf(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
	expect(bytesOfBase64url(base64urlOf(bytes))).toEqual(bytes);
});
