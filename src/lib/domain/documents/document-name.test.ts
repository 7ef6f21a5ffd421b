import { expect, test } from 'vitest';
import type { DocumentContent } from './document.ts';
import { nameOfDocument, policyNumberIn } from './document-name.ts';

const contract = { plan: 'Care Plus', policyNumberMasked: '••••0001' };

test('a statement is told from the one it takes the place of', () => {
	const statement = { kind: 'benefit-statement', claimNumber: 'S-2026-7K4MXR' } as const;
	const first = { ...statement, statementNumber: 'S-2026-7K4MXR-1' } as DocumentContent;
	const second = {
		...{ ...statement, statementNumber: 'S-2026-7K4MXR-2' },
		correction: { outcome: 'changed' }
	} as DocumentContent;
	expect(nameOfDocument(first)).toEqual({ kind: 'benefit-statement', no: 1, outcome: null });
	expect(nameOfDocument(second)).toEqual({ kind: 'benefit-statement', no: 2, outcome: 'changed' });
});

test('a notice is named by its topic, and nothing of what it says is in its name', () => {
	const content = {
		kind: 'contract-notice',
		notice: {
			...{ topic: 'account-changing', ...contract, askedAtMs: 1, holder: 'MARKER' },
			...{ ibanMasked: 'MARKER', oldIbanMasked: 'MARKER', holdsFrom: '2026-12-01' }
		}
	} as DocumentContent;
	const name = nameOfDocument(content);
	expect(name).toEqual({ kind: 'contract-notice', notice: { topic: 'account-changing' } });
	expect(policyNumberIn(content)).toBe('••••0001');
});

test('an answer is named by what was asked and how it was answered', () => {
	const content = {
		kind: 'contract-notice',
		notice: {
			...{ topic: 'request-answered', ...contract, request: 'termination', reference: 'V-1' },
			...{ answeredAtMs: 1, outcome: 'refused', reason: 'too-late', endsOn: null }
		}
	} as DocumentContent;
	expect(nameOfDocument(content)).toEqual({
		kind: 'contract-notice',
		notice: { topic: 'request-answered', request: 'termination', outcome: 'refused' }
	});
});

test('a payment says which decision it is of, and that it is of none', () => {
	const paid = { kind: 'processing-confirmation', claimNumber: 'S-2026-7K4MXR' } as DocumentContent;
	expect(nameOfDocument(paid)).toEqual({ kind: 'processing-confirmation', no: null });
	const second = {
		...paid,
		decision: { statement: { id: 'two', number: 'S-2026-7K4MXR-2' } }
	} as DocumentContent;
	expect(nameOfDocument(second)).toEqual({ kind: 'processing-confirmation', no: 2 });
	expect(policyNumberIn(paid)).toBeNull();
});
