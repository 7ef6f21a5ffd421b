import { decodeBase64IgnorePadding, encodeBase64NoPadding } from '@oslojs/encoding';
import { hashArgon2id, type Argon2idParameters } from './password-hash.ts';
import { rootKey, type Keys } from './keys.ts';

/** Above the OWASP floor; 90 to 120 ms in workerd (decision 0005). */
const PARAMETERS: Argon2idParameters = {
	memoryKib: 19456,
	iterations: 3,
	parallelism: 1,
	hashBytes: 32
};
const SALT_BYTES = 16;

/**
 * Hashes and checks passwords and security answers: Argon2id over HMAC(pepper, text). The pepper
 * makes a stolen database useless without the Worker's secret, and takes away NUL and length tricks.
 */
export type Passwords = {
	/** PHC string `$argon2id$v=19$m=..,t=..,p=..,pepper=N$salt$hash`. */
	hash(text: string): Promise<string>;
	/** One hash of work whatever `stored` is; null costs the same and is never right (A17). */
	verify(text: string, stored: string | null): Promise<boolean>;
	/** Whether a stored hash was made with less than today's parameters, or with an older pepper. */
	needsRehash(stored: string): boolean;
};

export function createPasswords(
	keys: Keys,
	randomBytes: (length: number) => Uint8Array
): Passwords {
	async function pepper(text: string, version: number): Promise<Uint8Array> {
		const key = await crypto.subtle.importKey(
			'raw',
			new Uint8Array(rootKey(keys, 'pepper', version)),
			{ name: 'HMAC', hash: 'SHA-256' },
			false,
			['sign']
		);
		const normal = new TextEncoder().encode(text.normalize('NFC'));
		return new Uint8Array(await crypto.subtle.sign('HMAC', key, normal));
	}
	return {
		async hash(text) {
			const version = keys.pepper.current;
			const salt = randomBytes(SALT_BYTES);
			const hash = await hashArgon2id(await pepper(text, version), salt, PARAMETERS);
			const { memoryKib, iterations, parallelism } = PARAMETERS;
			const head = `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism},pepper=${version}`;
			return `${head}$${encodeBase64NoPadding(salt)}$${encodeBase64NoPadding(hash)}`;
		},
		async verify(text, stored) {
			const parsed = stored === null ? null : parsePhc(stored);
			const salt = parsed?.salt ?? new Uint8Array(SALT_BYTES);
			const version = parsed?.pepperVersion ?? keys.pepper.current;
			const parameters = parsed?.parameters ?? PARAMETERS;
			const hash = await hashArgon2id(await pepper(text, version), salt, parameters);
			return parsed !== null && isEqualInConstantTime(hash, parsed.hash);
		},
		needsRehash(stored) {
			const { parameters, pepperVersion, salt } = parsePhc(stored);
			return (
				parameters.memoryKib < PARAMETERS.memoryKib ||
				parameters.iterations < PARAMETERS.iterations ||
				parameters.hashBytes < PARAMETERS.hashBytes ||
				salt.length < SALT_BYTES ||
				pepperVersion !== keys.pepper.current
			);
		}
	};
}

function parsePhc(stored: string) {
	const match =
		/^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+),pepper=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
			stored
		);
	if (!match) throw new Error('a stored password hash is malformed');
	const [, memory, iterations, parallelism, pepperVersion, salt = '', hash = ''] = match;
	const hashBytes = decodeBase64IgnorePadding(hash);
	return {
		parameters: {
			memoryKib: Number(memory),
			iterations: Number(iterations),
			parallelism: Number(parallelism),
			hashBytes: hashBytes.length
		},
		pepperVersion: Number(pepperVersion),
		salt: new Uint8Array(decodeBase64IgnorePadding(salt)),
		hash: hashBytes
	};
}

/** Compares without telling by its time where the first difference is. */
export function isEqualInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	a.forEach((byte, index) => {
		difference |= byte ^ (b[index] ?? 0);
	});
	return difference === 0;
}
