import { nameOfNotice, type NoticeName } from '../contracts/notice.ts';
import type { DocumentContent, ProcessingConfirmation } from './document.ts';
import { statementNoOf } from './statement.ts';

/** What tells a document from its neighbours in a list, and nothing else of what it says. */
export type DocumentName =
	| { readonly kind: 'receipt-confirmation' }
	| {
			readonly kind: 'benefit-statement';
			/** Which statement of its claim, counted from 1. */
			readonly no: number;
			/** What became of the decision before; null in the first statement. */
			readonly outcome: 'upheld' | 'changed' | null;
	  }
	| {
			readonly kind: 'processing-confirmation';
			/** Which statement of its claim is paid, counted from 1; null for an advance. */
			readonly no: number | null;
	  }
	| { readonly kind: 'contract-notice'; readonly notice: NoticeName };

/** The name of a document from its snapshot. */
export function nameOfDocument(content: DocumentContent): DocumentName {
	switch (content.kind) {
		case 'benefit-statement':
			return {
				kind: content.kind,
				no: statementNoOf(content),
				outcome: content.correction?.outcome ?? null
			};
		case 'processing-confirmation':
			return { kind: content.kind, no: paidStatementNoOf(content) };
		case 'contract-notice':
			return { kind: content.kind, notice: nameOfNotice(content.notice) };
		case 'receipt-confirmation':
			return { kind: content.kind };
		default:
			return content satisfies never;
	}
}

function paidStatementNoOf({ decision, claimNumber }: ProcessingConfirmation): number | null {
	return decision
		? statementNoOf({ statementNumber: decision.statement.number, claimNumber })
		: null;
}

/** The contract that a document names, masked; null where it names none. */
export function policyNumberIn(content: DocumentContent): string | null {
	const named = content.kind === 'contract-notice' ? content.notice : content;
	return 'policyNumberMasked' in named ? named.policyNumberMasked : null;
}
