// What a passkey answers to a salt (WebAuthn PRF): always the same, and only where its owner has confirmed.
import { newSalt } from './envelopes.ts';
import { bytesOfBase64url } from './sealing.ts';

const LIMIT_MS = 120_000;
const CHALLENGE_BYTES = 32;

export type AnsweredPasskey = {
	readonly kind: 'answered';
	readonly id: string;
	readonly salt: ArrayBuffer;
	readonly secret: ArrayBuffer;
};
export type PasskeyAnswer =
	| AnsweredPasskey
	/** This passkey cannot do it; its owner still has the passphrase. */
	| { readonly kind: 'unable' }
	| { readonly kind: 'cancelled' };

/** A salt of its own for each passkey that is to open a vault. */
export function newSalts(passkeyIds: readonly string[]): ReadonlyMap<string, ArrayBuffer> {
	return new Map(passkeyIds.map((id) => [id, newSalt()]));
}

/** Asks for one of the passkeys that stand in `salts`, by credential id. Works without a network. */
export async function askPasskey(salts: ReadonlyMap<string, ArrayBuffer>): Promise<PasskeyAnswer> {
	const evalByCredential = Object.fromEntries(
		[...salts].map(([id, salt]) => [id, { first: salt }])
	);
	let credential: Credential | null;
	try {
		credential = await navigator.credentials.get({
			publicKey: {
				// Nobody checks the signature: what counts is the answer to the salt.
				challenge: crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES)),
				allowCredentials: [...salts.keys()].map((id) => ({
					type: 'public-key',
					id: bytesOfBase64url(id)
				})),
				userVerification: 'required',
				timeout: LIMIT_MS,
				extensions: { prf: { evalByCredential } }
			}
		});
	} catch {
		return { kind: 'cancelled' };
	}
	if (!(credential instanceof PublicKeyCredential)) return { kind: 'cancelled' };
	const secret = credential.getClientExtensionResults().prf?.results?.first;
	const salt = salts.get(credential.id);
	if (!secret || !salt) return { kind: 'unable' };
	return { kind: 'answered', id: credential.id, salt, secret: copyOf(secret) };
}

function copyOf(source: BufferSource): ArrayBuffer {
	const bytes =
		source instanceof ArrayBuffer
			? new Uint8Array(source)
			: new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
	return new Uint8Array(bytes).buffer;
}
