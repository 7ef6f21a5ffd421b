/** Random bytes of a reference: a trillion, so that two are never the same. */
export const REFERENCE_BYTES = 8;

/** `V-2026-7K4MXR2B`: what customer, clerk and mail call a matter. Random, so that it tells nothing. */
export function referenceOf(letter: 'V' | 'K', year: string, random: Uint8Array): string {
	const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
	return `${letter}-${year}-${Array.from(random, (byte) => alphabet.charAt(byte % 32)).join('')}`;
}
