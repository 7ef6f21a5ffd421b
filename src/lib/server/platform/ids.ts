import { encodeBase32UpperCaseNoPadding, encodeHexLowerCase } from '@oslojs/encoding';
import { uuidv7 } from 'uuidv7';

/** Where identifiers and secrets come from, so that tests can see and fix them. */
export type Ids = {
	/** Time-ordered UUID: new rows land at the end of an index. */
	readonly newId: () => string;
	readonly randomBytes: (length: number) => Uint8Array;
};

export const SYSTEM_IDS: Ids = {
	newId: () => uuidv7(),
	randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length))
};

/** A token for a cookie or a mail: 200 random bits in base32, so it can be typed from paper. */
export function newToken(ids: Ids): string {
	return encodeBase32UpperCaseNoPadding(ids.randomBytes(25));
}

/** A recovery code of 130 bits in groups: XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX. */
export function newRecoveryCode(ids: Ids): string {
	const code = encodeBase32UpperCaseNoPadding(ids.randomBytes(17)).slice(0, 26);
	return `${code.slice(0, 5)}-${code.slice(5, 10)}-${code.slice(10, 15)}-${code.slice(15, 20)}-${code.slice(20)}`;
}

/** The characters of a code without the blanks, dashes and letter case people add. */
export function normaliseCode(typed: string): string {
	return typed.toUpperCase().replace(/[^A-Z2-7]/g, '');
}

/** What the database keeps of a token: a fast hash is enough for 128 random bits and more. */
export async function hashToken(token: string): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
}

/** The session id of a cookie's token: hex SHA-256, because Lucia's ids are text. */
export async function sessionIdOfToken(token: string): Promise<string> {
	return encodeHexLowerCase(await hashToken(token));
}
