import type { Invoice } from '../claims/claim.schema.ts';
import type { Decision } from '../claims/decision.ts';
import { maskPolicyNumber } from '../contracts/contract.ts';
import type { Language } from '../messages/mail.ts';
import type { BenefitStatement } from './document.ts';

/** What a statement says besides the decision itself. */
export type StatementFacts = {
	readonly claimId: string;
	readonly claimNumber: string;
	readonly language: Language;
	readonly policyNumber: string;
	readonly insuredPersonName: string;
	readonly payee: { readonly holder: string; readonly iban: string };
	readonly invoices: readonly Invoice[];
	readonly remainingDeductibleMinor: number;
};

/**
 * The statement of a decision, complete and frozen: nothing of it is looked up again later. A
 * corrected decision would be a new statement with the next number (features.md 4.3).
 */
export function writeStatement(
	facts: StatementFacts,
	decision: Decision,
	decidedAtMs: number
): BenefitStatement {
	return {
		kind: 'benefit-statement',
		statementNumber: `${facts.claimNumber}-1`,
		claimNumber: facts.claimNumber,
		claimId: facts.claimId,
		decidedAtMs,
		language: facts.language,
		policyNumberMasked: maskPolicyNumber(facts.policyNumber),
		insuredPersonName: facts.insuredPersonName,
		payee: {
			holder: facts.payee.holder,
			ibanLast4: facts.payee.iban
				.toUpperCase()
				.replace(/[^A-Z0-9]/g, '')
				.slice(-4)
		},
		outcome: decision.outcome,
		lines: decision.lines.map(({ invoiceId, ...line }) => {
			const invoice = facts.invoices.find((candidate) => candidate.id === invoiceId);
			if (!invoice) throw new Error('a decided line has no invoice');
			return {
				...line,
				invoiceNumber: invoice.number,
				treatmentFrom: invoice.treatmentFrom,
				treatmentTo: invoice.treatmentTo
			};
		}),
		totals: decision.totals,
		deductibleLeftMinor: facts.remainingDeductibleMinor - decision.totals.deductible.amountMinor,
		objection: 'review-request',
		decidedBy: 'person'
	};
}
