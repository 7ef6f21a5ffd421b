import { lastFourOf } from '../claims/payee-view.ts';
import type { PaymentItem } from '../claims/payment-file.ts';
import { runReference } from '../claims/payment-file.ts';
import type { Language } from '../messages/mail.ts';
import type { BenefitStatement, ProcessingConfirmation } from './document.ts';

/** A payment that the bank has carried out, with the claim it is for. */
export type PaidClaim = {
	readonly claimNumber: string;
	readonly language: Language;
	readonly submittedAtMs: number;
	readonly isByPost: boolean;
	readonly files: number;
	/** The statement of the decision that is paid; null for an advance. */
	readonly statement:
		| (Pick<BenefitStatement, 'statementNumber' | 'decidedAtMs' | 'lines'> & {
				readonly id: string;
		  })
		| null;
	readonly item: Pick<PaymentItem, 'amount' | 'payee' | 'endToEndId'>;
};

/** What the customer gets when the bank has carried a payment out, frozen (features.md A21). */
export function writeProcessingConfirmation(
	claim: PaidClaim,
	run: { readonly number: number; readonly paidAtMs: number }
): ProcessingConfirmation {
	const { statement, item } = claim;
	return {
		kind: 'processing-confirmation',
		claimNumber: claim.claimNumber,
		language: claim.language,
		submittedAtMs: claim.submittedAtMs,
		...(claim.isByPost && { isByPost: true as const }),
		files: claim.files,
		amount: item.amount,
		payee: { holder: item.payee.holder, ibanLast4: lastFourOf(item.payee) },
		paidAtMs: run.paidAtMs,
		runReference: runReference(run.number),
		paymentReference: item.endToEndId,
		...(statement && {
			decision: {
				bills: statement.lines.length,
				decidedAtMs: statement.decidedAtMs,
				statement: { id: statement.id, number: statement.statementNumber }
			}
		})
	};
}
