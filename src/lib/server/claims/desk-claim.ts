// What an opened claim says, whoever asks: the desk's page, a decision, or rules.
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { checkLines, type KnownInvoice, type LineFinding } from '#lib/domain/claims/line-checks.ts';
import { deductibleLeftAfter, usesOf } from '#lib/domain/claims/decision-cover.ts';
import type { Payee } from '#lib/domain/claims/payee-account.ts';
import type { BilledLine, Decision, ExchangeRate } from '#lib/domain/claims/decision.ts';
import {
	insuranceYearOf,
	restsOn,
	type KnownUse,
	type YearRest
} from '#lib/domain/contracts/cover.ts';
import type { StatementAdvance } from '#lib/domain/documents/document.ts';
import type { StatementFacts } from '#lib/domain/documents/statement.ts';
import type { DeskClaim } from './desk.repository.ts';

export function billedLinesOf({ content, contract }: DeskClaim): readonly BilledLine[] {
	return content.invoices.map((invoice) => ({
		invoiceId: invoice.id,
		issuer: invoice.issuer,
		invoiceDate: invoice.invoiceDate,
		yearStartsOn: insuranceYearOf(contract.startsOn, invoice.treatmentFrom),
		billed: { amountMinor: invoice.amountMinor, currency: invoice.currency }
	}));
}

/** What the insured person has left in every insurance year that the claim's treatments began in. */
export function restsOfClaim(
	{ content, contract }: DeskClaim,
	uses: readonly KnownUse[]
): readonly YearRest[] {
	const days = content.invoices.map(({ treatmentFrom }) => treatmentFrom);
	return restsOn(contract, uses, days);
}

/** What the rules have found on every line of a claim, in their order. */
export function findingsOf(
	{ content, contract, number: claimNumber }: DeskClaim,
	beside: {
		readonly known: readonly KnownInvoice[];
		readonly years: readonly YearRest[];
		readonly recorded: readonly (ExchangeRate | null)[];
	}
): readonly (readonly LineFinding[])[] {
	const { known, years, recorded } = beside;
	return checkLines(
		content.invoices.map((one, index) => ({ ...one, rate: recorded[index]?.rate ?? null })),
		{ ...contract, years, known, claimNumber }
	);
}

/** What a claim books its use of the cover for. */
export function coveredClaim({ id, contract, insured }: DeskClaim) {
	return { id, contractId: contract.id, insuredPersonId: insured.personId };
}

/** The account the customer named for this claim, else the contract's. */
export function payeeOf({ content, contract }: DeskClaim): Payee {
	const { holder, iban } = contract.account.account;
	return content.payeeAccount ?? { holder, iban };
}

/** What a statement of this claim says besides the decision. */
export function statementFactsOf(
	claim: DeskClaim,
	decision: Decision,
	years: readonly YearRest[],
	advance: StatementAdvance | null = null
): StatementFacts {
	const uses = usesOf(billedLinesOf(claim), decision.lines);
	return {
		claimId: claim.id,
		claimNumber: claim.number,
		language: claim.owner.language,
		policyNumber: claim.contract.policyNumber,
		insuredPersonName: fullName(claim.insured.profile),
		payee: payeeOf(claim),
		invoices: claim.content.invoices,
		deductibleLeftMinor: deductibleLeftAfter(years, uses),
		advance
	};
}

/**
 * Nobody decides where they gain: as owner, insured person or policyholder, or by a contract they
 * have named as their own, from whichever account the claim came (security.md 3.12).
 */
export function isOwnClaim(
	actor: Actor,
	{ owner, insured, contract }: DeskClaim,
	ownContractIds: readonly string[]
): boolean {
	if (ownContractIds.includes(contract.id)) return true;
	const people = [owner.personId, owner.accountPersonId, insured.personId, contract.policyholderId];
	return owner.accountId === actor.accountId || people.includes(actor.personId);
}
