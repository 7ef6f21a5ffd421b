import { expect, test } from 'vitest';
import { EC, openShared, sealShared } from './intake.ts';

const FILES = [
	new File([new Uint8Array(5000).fill(7)], 'Arztrechnung.jpg', { type: 'image/jpeg' }),
	new File(['%PDF-1.7 Befund'], 'Befund.pdf', { type: 'application/pdf' })
];

async function holder(accountRef: string) {
	const pair = await crypto.subtle.generateKey(EC, false, ['deriveBits']);
	const publicKey = await crypto.subtle.exportKey('raw', pair.publicKey);
	return { accountRef, publicKey, privateKey: pair.privateKey };
}

test('what was shared opens for whom it was sealed, file by file', async () => {
	const zoe = await holder('zoe');
	const row = await sealShared(zoe, 'one', FILES);
	const files = await openShared(zoe.privateKey, row);
	expect(files.map(({ name, type, size }) => [name, type, size])).toEqual([
		['Arztrechnung.jpg', 'image/jpeg', 5000],
		['Befund.pdf', 'application/pdf', 15]
	]);
	expect(await files[1]?.text()).toBe('%PDF-1.7 Befund');
});

test('nothing of it lies in clear', async () => {
	const row = await sealShared(await holder('zoe'), 'one', FILES);
	const bytes = Buffer.concat(
		[row.sealed, row.iv, row.ephemeralKey].map((one) => Buffer.from(one))
	);
	for (const word of ['Arztrechnung', 'Befund', 'pdf']) expect(bytes.includes(word)).toBe(false);
});

test('it opens for nobody else, at no other place, and not once it was changed', async () => {
	const zoe = await holder('zoe');
	const row = await sealShared(zoe, 'one', FILES);
	const other = await holder('eve');
	await expect(openShared(other.privateKey, row)).rejects.toThrow();
	await expect(openShared(zoe.privateKey, { ...row, accountRef: 'eve' })).rejects.toThrow();
	await expect(openShared(zoe.privateKey, { ...row, id: 'two' })).rejects.toThrow();
	const changed = row.sealed.slice(0);
	new Uint8Array(changed)[9] = (new Uint8Array(changed)[9] ?? 0) ^ 1;
	await expect(openShared(zoe.privateKey, { ...row, sealed: changed })).rejects.toThrow();
});

test('two records of the same files share no byte of key or nonce', async () => {
	const zoe = await holder('zoe');
	const [one, two] = [await sealShared(zoe, 'one', FILES), await sealShared(zoe, 'two', FILES)];
	for (const part of ['ephemeralKey', 'iv', 'sealed'] as const) {
		expect(Buffer.from(one[part]).equals(Buffer.from(two[part]))).toBe(false);
	}
});
