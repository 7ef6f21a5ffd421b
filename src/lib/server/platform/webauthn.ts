/**
 * Passkeys by @simplewebauthn/server. User verification (PIN, finger, face) is asked for always, so
 * a passkey is two factors in one; it lives on the authenticator (`residentKey`), so the portal
 * never has to tell a stranger which passkeys an address has.
 */
import {
	generateAuthenticationOptions,
	generateRegistrationOptions,
	verifyAuthenticationResponse,
	verifyRegistrationResponse,
	type AuthenticationResponseJSON,
	type RegistrationResponseJSON
} from '@simplewebauthn/server';
import { decodeBase64urlIgnorePadding, encodeBase64urlNoPadding } from '@oslojs/encoding';
import * as v from 'valibot';

/** 256 bits; the standard asks for 128 at least (ASVS 6.7.2 wants 64). */
const CHALLENGE_BYTES = 32;
const TIMEOUT_MS = 120_000;

/** Where passkeys are good for: the portal's own name and origin. */
export type RelyingParty = { readonly origin: string; readonly name: string };

export type StoredPasskey = {
	/** Credential id, base64url. */
	readonly id: string;
	readonly publicKey: Uint8Array;
	readonly signCount: number;
	readonly transports: readonly string[];
};

export type NewPasskey = StoredPasskey & { readonly isBackedUp: boolean };

/** Options for the browser, as JSON. */
export type PasskeyOptions = Readonly<Record<string, unknown>>;

const text = v.pipe(v.string(), v.maxLength(10_000));
const credentialSchema = {
	id: v.pipe(v.string(), v.regex(/^[\w-]{1,1400}$/)),
	rawId: v.pipe(v.string(), v.regex(/^[\w-]{1,1400}$/)),
	type: v.literal('public-key'),
	authenticatorAttachment: v.optional(v.nullable(v.picklist(['platform', 'cross-platform']))),
	clientExtensionResults: v.optional(v.record(v.string(), v.unknown()), {})
};
const assertionSchema = v.object({
	...credentialSchema,
	response: v.object({
		clientDataJSON: text,
		authenticatorData: text,
		signature: text,
		userHandle: v.optional(v.nullable(text))
	})
});
const attestationSchema = v.object({
	...credentialSchema,
	response: v.object({
		clientDataJSON: text,
		attestationObject: v.pipe(v.string(), v.maxLength(60_000)),
		transports: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(10)))
	})
});

export function newPasskeyChallenge(randomBytes: (length: number) => Uint8Array): string {
	return encodeBase64urlNoPadding(randomBytes(CHALLENGE_BYTES));
}

/** For `navigator.credentials.create`. `accountId` is the user handle: it names nobody. */
export async function creationOptions(
	party: RelyingParty,
	account: { readonly id: string; readonly name: string },
	challenge: string,
	known: readonly Pick<StoredPasskey, 'id' | 'transports'>[]
): Promise<PasskeyOptions> {
	const options = await generateRegistrationOptions({
		rpName: party.name,
		rpID: rpIdOf(party),
		userName: account.name,
		userDisplayName: account.name,
		userID: new TextEncoder().encode(account.id),
		challenge: bytesOf(challenge),
		timeout: TIMEOUT_MS,
		attestationType: 'none',
		excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
		authenticatorSelection: { residentKey: 'required', userVerification: 'required' }
	});
	// Some authenticators open the drafts of a device later (decision 0038) only when told so now.
	return { ...options, extensions: { ...options.extensions, prf: {} } };
}

/** For `navigator.credentials.get`. Without `allowed` any passkey of this portal may answer. */
export async function requestOptions(
	party: RelyingParty,
	challenge: string,
	allowed: readonly Pick<StoredPasskey, 'id' | 'transports'>[] = []
): Promise<PasskeyOptions> {
	const options = await generateAuthenticationOptions({
		rpID: rpIdOf(party),
		challenge: bytesOf(challenge),
		timeout: TIMEOUT_MS,
		userVerification: 'required',
		...(allowed.length > 0 && {
			allowCredentials: allowed.map(({ id, transports }) => ({ id, transports: [...transports] }))
		})
	});
	return { ...options };
}

/** The credential id an answer of the browser claims, or null when it is no answer at all. */
export function passkeyIdOf(answer: string): string | null {
	return parseJson(assertionSchema, answer)?.id ?? null;
}

/**
 * Checks the answer to `creationOptions`: challenge, origin, relying party and user verification.
 * Null for anything that does not hold, and never why.
 */
export async function verifyCreation(
	party: RelyingParty,
	challenge: string,
	answer: string
): Promise<NewPasskey | null> {
	const response = parseJson(attestationSchema, answer);
	if (!response) return null;
	try {
		const { verified, registrationInfo } = await verifyRegistrationResponse({
			response: response as RegistrationResponseJSON,
			expectedChallenge: challenge,
			expectedOrigin: party.origin,
			expectedRPID: rpIdOf(party),
			requireUserVerification: true
		});
		if (!verified) return null;
		const { credential, credentialBackedUp } = registrationInfo;
		return {
			id: credential.id,
			publicKey: new Uint8Array(credential.publicKey),
			signCount: credential.counter,
			transports: response.response.transports ?? [],
			isBackedUp: credentialBackedUp
		};
	} catch {
		// The library throws for every kind of wrong answer; all of them are one refusal.
		return null;
	}
}

/**
 * Checks the answer to `requestOptions` with the stored key. Answers the new counter, or null. A
 * counter that went back means a copied authenticator and is refused by the library.
 */
export async function verifyRequest(
	party: RelyingParty,
	challenge: string,
	answer: string,
	passkey: StoredPasskey
): Promise<{ readonly signCount: number } | null> {
	const response = parseJson(assertionSchema, answer);
	if (response?.id !== passkey.id) return null;
	try {
		const { verified, authenticationInfo } = await verifyAuthenticationResponse({
			response: response as AuthenticationResponseJSON,
			expectedChallenge: challenge,
			expectedOrigin: party.origin,
			expectedRPID: rpIdOf(party),
			requireUserVerification: true,
			credential: {
				id: passkey.id,
				publicKey: new Uint8Array(passkey.publicKey),
				counter: passkey.signCount
			}
		});
		return verified ? { signCount: authenticationInfo.newCounter } : null;
	} catch {
		return null;
	}
}

function rpIdOf(party: RelyingParty): string {
	return new URL(party.origin).hostname;
}

function bytesOf(challenge: string): Uint8Array<ArrayBuffer> {
	return new Uint8Array(decodeBase64urlIgnorePadding(challenge));
}

function parseJson<Schema extends v.GenericSchema>(
	schema: Schema,
	answer: string
): v.InferOutput<Schema> | null {
	try {
		const parsed = v.safeParse(schema, JSON.parse(answer));
		return parsed.success ? parsed.output : null;
	} catch {
		return null;
	}
}
