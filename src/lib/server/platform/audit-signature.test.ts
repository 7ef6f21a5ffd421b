import { createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkpointText } from '#lib/domain/audit/checkpoint.ts';
import {
	createAuditSignature,
	noteVerifierKeys,
	openNote,
	parseVerifierKey
} from './audit-signature.ts';
import { SYSTEM_IDS } from './ids.ts';
import { generateKeys, type Keys } from './keys.ts';

const keys = generateKeys(SYSTEM_IDS.randomBytes);
const others = generateKeys(SYSTEM_IDS.randomBytes);
const leafHash = SYSTEM_IDS.randomBytes(32);
const NAME = 'portal.example/audit';
const checkpoint = { origin: NAME, size: 7, root: SYSTEM_IDS.randomBytes(32) };

const fresh = generateKeys(SYSTEM_IDS.randomBytes).audit.versions['1'] ?? '';
const rotated: Keys = {
	...keys,
	audit: { current: 2, versions: { ...keys.audit.versions, '2': fresh } }
};

test('L2: a tag holds for its leaf and key alone, and outlives the rotation of the key', async () => {
	const tag = await createAuditSignature(keys).tag(leafHash);
	expect(await createAuditSignature(keys).isTag(leafHash, tag)).toBe(true);
	expect(await createAuditSignature(rotated).isTag(leafHash, tag)).toBe(true);
	expect(await createAuditSignature(others).isTag(leafHash, tag)).toBe(false);
	expect(await createAuditSignature(keys).isTag(SYSTEM_IDS.randomBytes(32), tag)).toBe(false);
	expect(await createAuditSignature(keys).isTag(leafHash, tag.subarray(1))).toBe(false);
	expect(await createAuditSignature(keys).isTag(leafHash, new Uint8Array())).toBe(false);
});

test('L2: a tag that names a key nobody has is refused, not an error', async () => {
	const tag = await createAuditSignature(rotated).tag(leafHash);
	expect(await createAuditSignature(keys).isTag(leafHash, tag)).toBe(false);
});

test('L2: a checkpoint opens with the key that signed it, and no byte of it can be changed', async () => {
	const [key = ''] = await noteVerifierKeys(keys, NAME);
	const note = await createAuditSignature(keys).signNote(NAME, checkpointText(checkpoint));
	expect(await openNote(note, [key])).toEqual(checkpoint);
	expect(await createAuditSignature(rotated).openNote(note)).toEqual(checkpoint);
	expect(await createAuditSignature(others).openNote(note)).toBe(null);
	expect(await openNote(note.replace('\n7\n', '\n8\n'), [key])).toBe(null);
	expect(await openNote(note, await noteVerifierKeys(others, NAME))).toBe(null);
	expect(await openNote(note, await noteVerifierKeys(keys, 'other.example/audit'))).toBe(null);
});

test('L2: notes of an earlier key open beside those of the current one', async () => {
	const both = await noteVerifierKeys(rotated, NAME);
	expect(both).toHaveLength(2);
	for (const signer of [keys, rotated]) {
		const note = await createAuditSignature(signer).signNote(NAME, checkpointText(checkpoint));
		expect(await openNote(note, both)).toEqual(checkpoint);
	}
});

test('L2: a signature is plain Ed25519 that any other library checks', async () => {
	const [key = ''] = await noteVerifierKeys(keys, NAME);
	const note = await createAuditSignature(keys).signNote(NAME, checkpointText(checkpoint));
	const x = Buffer.from(parseVerifierKey(key).publicKey).toString('base64url');
	const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
	const signature = Buffer.from(note.trimEnd().split(' ').at(-1) ?? '', 'base64').subarray(4);
	expect(verify(null, Buffer.from(checkpointText(checkpoint)), publicKey, signature)).toBe(true);
});

test('a verifier key with a mistake is an error, not a key that checks nothing', () => {
	expect(() => parseVerifierKey('portal.example/audit')).toThrow(/name\+hash\+base64/);
	expect(() => parseVerifierKey('name+00000000+AAAA')).toThrow(/name\+hash\+base64/);
});
