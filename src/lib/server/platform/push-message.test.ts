import { createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { freshPushKey } from '../../../../tools/keys/push.ts';
import { bytesOf, publicSenderKey, pushAuthorization, sealPush } from './push-message.ts';

/** RFC 8291, appendix A: every value as printed there. */
const EXAMPLE = {
	text: 'When I grow up, I want to be a watermelon',
	senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
	senderPublic:
		'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
	receiverPublic:
		'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
	auth: 'BTBZMqHH6r4Tts7J_aSIgg',
	salt: 'DGv6ra1nlYgDCS1FRnbzlw',
	body:
		'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc' +
		'InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV' +
		'WGNWQexSgSxsj_Qulcy4a-fN'
};

async function exampleKeys(): Promise<CryptoKeyPair> {
	const point = bytesOf(EXAMPLE.senderPublic);
	const half = (from: number) => Buffer.from(point.slice(from, from + 32)).toString('base64url');
	const publicJwk = { kty: 'EC', crv: 'P-256', x: half(1), y: half(33) };
	const curve = { name: 'ECDH', namedCurve: 'P-256' };
	return {
		privateKey: await crypto.subtle.importKey(
			'jwk',
			{ ...publicJwk, d: EXAMPLE.senderPrivate },
			curve,
			true,
			['deriveBits']
		),
		publicKey: await crypto.subtle.importKey('jwk', publicJwk, curve, true, [])
	};
}

test('the example of RFC 8291 comes out byte for byte', async () => {
	const sealed = await sealPush(
		EXAMPLE.text,
		{ publicKey: bytesOf(EXAMPLE.receiverPublic), auth: bytesOf(EXAMPLE.auth) },
		{ keys: await exampleKeys(), salt: bytesOf(EXAMPLE.salt) }
	);
	expect(Buffer.from(sealed).toString('base64url')).toBe(EXAMPLE.body);
});

test('the authorization is a token of RFC 8292 that the public key checks', async () => {
	const key = JSON.parse(await freshPushKey()) as { x: string; y: string; d: string };
	const value = await pushAuthorization(key, {
		audience: 'https://push.example',
		contact: 'https://portal.example',
		nowMs: 1_000_000_000
	});
	const [, token = '', point = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(value) ?? [];
	expect(point).toBe(publicSenderKey(key));
	expect(Buffer.from(point, 'base64url')).toHaveLength(65);
	const [head = '', claims = '', signature = ''] = token.split('.');
	const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
	expect(read(head)).toEqual({ typ: 'JWT', alg: 'ES256' });
	expect(read(claims)).toEqual({
		aud: 'https://push.example',
		exp: 1_000_000 + 12 * 60 * 60,
		sub: 'https://portal.example'
	});
	const jwk = { kty: 'EC', crv: 'P-256', x: key.x, y: key.y };
	const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
	const isGood = verify(
		'sha256',
		Buffer.from(`${head}.${claims}`),
		{ key: publicKey, dsaEncoding: 'ieee-p1363' },
		Buffer.from(signature, 'base64url')
	);
	expect(isGood).toBe(true);
});
