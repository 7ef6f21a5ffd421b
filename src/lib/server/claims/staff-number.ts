import { sha256 } from '#lib/server/platform/sha256.ts';

/** 32 characters nobody mixes up on the phone: no 0, 1, I and O. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 6;

/**
 * The number a member of the staff is known by to customers: always the same for one account, and
 * no way back from it to the account for those who do not have the list of accounts.
 */
export function staffNumberOf(accountId: string): string {
	const hash = sha256(new TextEncoder().encode(`staff-number:${accountId}`));
	return Array.from(hash.slice(0, LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join(
		''
	);
}
