import { expect, test } from 'vitest';
import { CLAIM_NUMBER_BYTES, claimNumberOf } from './claim-number.ts';

test('a claim number is the year and six characters nobody mixes up', () => {
	const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
	for (let at = 0; at + CLAIM_NUMBER_BYTES <= every.length; at += CLAIM_NUMBER_BYTES) {
		const number = claimNumberOf('2026', every.subarray(at, at + CLAIM_NUMBER_BYTES));
		expect(number).toMatch(/^S-2026-[2-9A-HJ-NP-Z]{6}$/);
	}
});

test('every character comes equally often', () => {
	const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
	const counts = new Map<string, number>();
	for (const character of claimNumberOf('2026', every).slice('S-2026-'.length)) {
		counts.set(character, (counts.get(character) ?? 0) + 1);
	}
	expect([...counts.values()]).toEqual(new Array(32).fill(8));
});
