import { describe, expect, it } from 'vitest';
import { hashArgon2id } from './password-hash.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

describe('hashArgon2id', () => {
	// Test vectors of the reference implementation (phc-winner-argon2, src/test.c, version 0x13).
	it.each([
		{
			memoryKib: 65536,
			iterations: 2,
			parallelism: 1,
			password: 'password',
			salt: 'somesalt',
			expected: '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7'
		},
		{
			memoryKib: 256,
			iterations: 2,
			parallelism: 2,
			password: 'password',
			salt: 'somesalt',
			expected: '6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037'
		},
		{
			memoryKib: 65536,
			iterations: 2,
			parallelism: 1,
			password: 'differentpassword',
			salt: 'somesalt',
			expected: '0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde'
		}
	])('agrees with the reference vector of $memoryKib KiB', async (vector) => {
		const hash = await hashArgon2id(bytes(vector.password), bytes(vector.salt), {
			...vector,
			hashBytes: 32
		});
		expect(hex(hash)).toBe(vector.expected);
	});

	const cheap = { memoryKib: 64, iterations: 1, parallelism: 1, hashBytes: 32 };

	it('counts bytes and not characters, zero bytes included', async () => {
		const salt = bytes('somesalt');
		const [umlaut, cut, zero, empty] = await Promise.all([
			hashArgon2id(bytes('pässwörd'), salt, cheap),
			hashArgon2id(bytes('pässwörd').slice(0, 8), salt, cheap),
			hashArgon2id(new Uint8Array([0]), salt, cheap),
			hashArgon2id(new Uint8Array(0), salt, cheap)
		]);
		expect(new Set([umlaut, cut, zero, empty].map(hex)).size).toBe(4);
	});

	it('refuses parameters outside the algorithm', async () => {
		await expect(hashArgon2id(bytes('x'), bytes('short'), cheap)).rejects.toThrow(/status/);
	});
});
