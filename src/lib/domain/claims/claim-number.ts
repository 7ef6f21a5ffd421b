/** 32 characters nobody mixes up on the phone: no 0, 1, I and O. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Random bytes a claim number takes. */
export const CLAIM_NUMBER_BYTES = 6;

/**
 * `S-2026-7K4MXR`. Random, so that a number tells nobody how many claims there are or what the next
 * one is called; uniqueness is the database's.
 */
export function claimNumberOf(year: string, random: Uint8Array): string {
	const characters = Array.from(random, (byte) => ALPHABET.charAt(byte % ALPHABET.length));
	return `S-${year}-${characters.join('')}`;
}
