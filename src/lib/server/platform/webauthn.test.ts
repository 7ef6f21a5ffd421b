import { expect, test } from 'vitest';
import { SoftwarePasskey } from '../../../../tests/support/authenticator.ts';
import {
	creationOptions,
	newPasskeyChallenge,
	passkeyIdOf,
	requestOptions,
	verifyCreation,
	verifyRequest
} from './webauthn.ts';

const PARTY = { origin: 'https://portal.example', name: 'Kundenportal' };
const challenge = () => newPasskeyChallenge((n) => crypto.getRandomValues(new Uint8Array(n)));

async function made(passkey: SoftwarePasskey) {
	const asked = challenge();
	const stored = await verifyCreation(PARTY, asked, passkey.create(asked));
	if (!stored) throw new Error('the passkey was refused');
	return stored;
}

test('ASVS 6.7.2: a challenge has 256 random bits', () => {
	const seen = new Set(Array.from({ length: 200 }, challenge));
	expect(seen.size).toBe(200);
	for (const one of seen) expect(Buffer.from(one, 'base64url').length).toBe(32);
});

test('the options ask for a passkey that verifies its user and needs no name', async () => {
	const asked = challenge();
	const account = { id: 'a', name: 'Zoë' };
	expect(await creationOptions(PARTY, account, asked, [])).toMatchObject({
		challenge: asked,
		rp: { id: 'portal.example', name: 'Kundenportal' },
		attestation: 'none',
		authenticatorSelection: { residentKey: 'required', userVerification: 'required' }
	});
	const options = await requestOptions(PARTY, asked);
	expect(options).toMatchObject({ challenge: asked, userVerification: 'required' });
	expect(options['allowCredentials']).toBeUndefined();
});

test('a passkey is made and answers, and its counter goes up', async () => {
	const passkey = new SoftwarePasskey(PARTY.origin);
	const stored = await made(passkey);
	expect(stored).toMatchObject({
		id: passkey.id,
		signCount: 0,
		transports: ['internal', 'hybrid']
	});
	const asked = challenge();
	const answer = passkey.get(asked);
	expect(passkeyIdOf(answer)).toBe(passkey.id);
	expect(await verifyRequest(PARTY, asked, answer, stored)).toEqual({ signCount: 1 });
});

test.each([
	['another origin', { origin: 'https://portal.example.evil' }],
	['another relying party', { rpId: 'evil.example' }],
	['no user verification', { isVerified: false }],
	['another ceremony', { type: 'webauthn.other' }]
])('an answer with %s is refused, making and signing in', async (_what, bend) => {
	const passkey = new SoftwarePasskey(PARTY.origin);
	const stored = await made(passkey);
	const asked = challenge();
	expect(await verifyRequest(PARTY, asked, passkey.get(asked, bend), stored)).toBeNull();
	const other = new SoftwarePasskey(PARTY.origin);
	expect(await verifyCreation(PARTY, asked, other.create(asked, bend))).toBeNull();
});

test('an answer to another challenge, by another passkey or with an old counter is refused', async () => {
	const passkey = new SoftwarePasskey(PARTY.origin);
	const stored = await made(passkey);
	const asked = challenge();
	expect(await verifyRequest(PARTY, challenge(), passkey.get(asked), stored)).toBeNull();
	const stranger = new SoftwarePasskey(PARTY.origin);
	expect(await verifyRequest(PARTY, asked, stranger.get(asked), stored)).toBeNull();
	const forged = { ...JSON.parse(stranger.get(asked)), id: passkey.id, rawId: passkey.id };
	expect(await verifyRequest(PARTY, asked, JSON.stringify(forged), stored)).toBeNull();
	const copied = { ...stored, signCount: 50 };
	expect(await verifyRequest(PARTY, asked, passkey.get(asked), copied)).toBeNull();
});

test.each(['', 'null', '{}', '[]', '{"id":1}', 'x'.repeat(10)])(
	'%j is no answer',
	async (answer) => {
		const stored = await made(new SoftwarePasskey(PARTY.origin));
		expect(passkeyIdOf(answer)).toBeNull();
		expect(await verifyRequest(PARTY, challenge(), answer, stored)).toBeNull();
		expect(await verifyCreation(PARTY, challenge(), answer)).toBeNull();
	}
);
