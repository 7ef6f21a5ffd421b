import { expect, test } from 'vitest';
import { parseDocumentContent } from './document.ts';

const receipt = {
	kind: 'receipt-confirmation',
	claimNumber: 'S-2026-7K4MXR',
	receivedAtMs: 1,
	manifestHash: 'a'.repeat(64),
	files: [{ name: 'a.jpg', type: 'image/jpeg', sizeBytes: 5, sha256: 'b'.repeat(64) }]
};

test('a snapshot comes back as it was written', () => {
	expect(parseDocumentContent(receipt)).toEqual(receipt);
});

test.each([
	['another kind', { ...receipt, kind: 'letter' }],
	['a field nobody knows', { ...receipt, iban: 'DE89' }],
	['a missing field', { ...receipt, files: undefined }]
])('%s does not pass for a document', (_, content) => {
	expect(() => parseDocumentContent(content)).toThrow();
});
