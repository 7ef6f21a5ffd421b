import type { PaymentItem } from '../claims/payment-file.ts';
import { runReference } from '../claims/payment-file.ts';
import type { Language } from '../messages/mail.ts';
import type { BenefitStatement, ProcessingConfirmation } from './document.ts';
import { lastFourOf } from './statement.ts';

/** A payment that the bank has carried out, with the claim it is for. */
export type PaidClaim = {
	readonly claimNumber: string;
	readonly language: Language;
	readonly submittedAtMs: number;
	readonly isByPost: boolean;
	readonly files: number;
	readonly statementId: string;
	/** The statement of the decision that is paid. */
	readonly statement: Pick<BenefitStatement, 'statementNumber' | 'decidedAtMs' | 'lines'>;
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
		bills: statement.lines.length,
		files: claim.files,
		decidedAtMs: statement.decidedAtMs,
		amount: item.amount,
		payee: { holder: item.payee.holder, ibanLast4: lastFourOf(item.payee.iban) },
		paidAtMs: run.paidAtMs,
		runReference: runReference(run.number),
		paymentReference: item.endToEndId,
		statement: { id: claim.statementId, number: statement.statementNumber }
	};
}
