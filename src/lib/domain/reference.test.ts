import { expect, test } from 'vitest';
import { REFERENCE_BYTES, referenceOf } from './reference.ts';

test('a reference has eight letters nobody mixes up', () => {
	const random = Uint8Array.from({ length: REFERENCE_BYTES }, (_, at) => at * 37);
	expect(referenceOf('V', '2026', random)).toMatch(/^V-2026-[2-9A-HJ-NP-Z]{8}$/);
	expect(referenceOf('K', '2027', random)).toMatch(/^K-2027-[2-9A-HJ-NP-Z]{8}$/);
});
