import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

const FLAG_PRESENT = 0x01;
const FLAG_VERIFIED = 0x04;
const FLAG_ATTESTED = 0x40;

/** What the software authenticator may get wrong, for the tests that must be refused. */
export type Bend = {
	readonly origin?: string;
	readonly rpId?: string;
	readonly isVerified?: boolean;
	readonly type?: string;
};

/** A passkey in software: ES256, counts its uses, one credential. */
export class SoftwarePasskey {
	readonly id = randomBytes(32).toString('base64url');
	signCount = 0;
	readonly #origin: string;
	readonly #privateKey: KeyObject;
	readonly #publicKey: KeyObject;

	constructor(origin: string) {
		this.#origin = origin;
		const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		this.#privateKey = pair.privateKey;
		this.#publicKey = pair.publicKey;
	}

	/** The answer to creation options, as `credential.toJSON()` gives it. */
	create(challenge: string, bend: Bend = {}): string {
		const id = Buffer.from(this.id, 'base64url');
		const attested = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, this.#coseKey()]);
		const authData = Buffer.concat([this.#authData(FLAG_ATTESTED, bend), attested]);
		const attestationObject = Buffer.concat([
			Buffer.from([0xa3]),
			text('fmt'),
			text('none'),
			text('attStmt'),
			Buffer.from([0xa0]),
			text('authData'),
			bytes(authData)
		]);
		return this.#json({
			clientDataJSON: clientData(bend.type ?? 'webauthn.create', challenge, this.#originOf(bend)),
			attestationObject: attestationObject.toString('base64url'),
			transports: ['internal', 'hybrid']
		});
	}

	/** The answer to request options. */
	get(challenge: string, bend: Bend = {}): string {
		this.signCount += 1;
		const authData = this.#authData(0, bend);
		const client = clientData(bend.type ?? 'webauthn.get', challenge, this.#originOf(bend));
		const signed = Buffer.concat([authData, sha256(Buffer.from(client, 'base64url'))]);
		return this.#json({
			clientDataJSON: client,
			authenticatorData: authData.toString('base64url'),
			signature: sign('sha256', signed, this.#privateKey).toString('base64url'),
			userHandle: null
		});
	}

	#originOf(bend: Bend): string {
		return bend.origin ?? this.#origin;
	}

	#authData(flags: number, bend: Bend): Buffer {
		const rpId = bend.rpId ?? new URL(this.#origin).hostname;
		const verified = (bend.isVerified ?? true) ? FLAG_VERIFIED : 0;
		const count = Buffer.alloc(4);
		count.writeUInt32BE(this.signCount);
		const set = Buffer.from([FLAG_PRESENT | verified | flags]);
		return Buffer.concat([sha256(Buffer.from(rpId)), set, count]);
	}

	/** COSE_Key of RFC 9053: EC2, ES256, P-256, x, y. */
	#coseKey(): Buffer {
		const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
		return Buffer.concat([
			Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
			bytes(Buffer.from(x, 'base64url')),
			Buffer.from([0x22]),
			bytes(Buffer.from(y, 'base64url'))
		]);
	}

	#json(response: Readonly<Record<string, unknown>>): string {
		const { id } = this;
		return JSON.stringify({
			id,
			rawId: id,
			type: 'public-key',
			clientExtensionResults: {},
			response
		});
	}
}

function clientData(type: string, challenge: string, origin: string): string {
	return Buffer.from(JSON.stringify({ type, challenge, origin })).toString('base64url');
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();

function uint16(value: number): Buffer {
	const buffer = Buffer.alloc(2);
	buffer.writeUInt16BE(value);
	return buffer;
}

/** CBOR text of at most 23 characters and byte strings of at most 65535 bytes (RFC 8949). */
const text = (value: string) =>
	Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
const bytes = (value: Buffer) =>
	Buffer.concat([
		value.length < 256
			? Buffer.from([0x58, value.length])
			: Buffer.concat([Buffer.from([0x59]), uint16(value.length)]),
		value
	]);
