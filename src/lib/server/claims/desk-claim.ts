// What an opened claim says, whoever asks: the desk's page, a decision, or rules.
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { checkLines, type KnownInvoice, type LineFinding } from '#lib/domain/claims/line-checks.ts';
import { personOfInvoice } from '#lib/domain/claims/insured-persons.ts';
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
		insuredPersonId: personOfInvoice(content, invoice),
		issuer: invoice.issuer,
		invoiceDate: invoice.invoiceDate,
		yearStartsOn: insuranceYearOf(contract.startsOn, invoice.treatmentFrom),
		billed: { amountMinor: invoice.amountMinor, currency: invoice.currency }
	}));
}

/** What every insured person has left in every insurance year that the claim's treatments began in. */
export function restsOfClaim(
	{ content, contract }: DeskClaim,
	uses: readonly KnownUse[]
): readonly YearRest[] {
	const visits = content.invoices.map((invoice) => ({
		insuredPersonId: personOfInvoice(content, invoice),
		day: invoice.treatmentFrom
	}));
	return restsOn(contract, uses, visits);
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
		content.invoices.map((one, index) => ({
			...one,
			insuredPersonId: personOfInvoice(content, one),
			rate: recorded[index]?.rate ?? null
		})),
		{ ...contract, years, known, claimNumber }
	);
}

/** What a claim books its use of the cover for. */
export function coveredClaim({ id, contract }: DeskClaim) {
	return { id, contractId: contract.id };
}

/** The account the customer named for this claim, else the contract's. */
export function payeeOf({ content, contract }: DeskClaim): Payee {
	const { holder, iban } = contract.account.account;
	return content.payeeAccount ?? { holder, iban };
}

/** Everybody the claim is about, its own person first. */
export function personsOf({ insured, coInsured }: DeskClaim): DeskClaim['coInsured'] {
	return [{ personId: insured.personId, name: fullName(insured.profile) }, ...coInsured];
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
		insuredPersons: personsOf(claim).map(({ personId, name }) => ({
			personId,
			name,
			deductibleLeftMinor: deductibleLeftAfter(personId, years, uses)
		})),
		personOf: (invoice) => personOfInvoice(claim.content, invoice),
		payee: payeeOf(claim),
		invoices: claim.content.invoices,
		advance
	};
}

/**
 * Nobody decides where they gain: as owner, somebody whose bills they are or policyholder, or by a contract they
 * have named as their own, from whichever account the claim came (security.md 3.12).
 */
export function isOwnClaim(
	actor: Actor,
	claim: DeskClaim,
	ownContractIds: readonly string[]
): boolean {
	const { owner, contract } = claim;
	if (ownContractIds.includes(contract.id)) return true;
	const insured = personsOf(claim).map(({ personId }) => personId);
	const people = [owner.personId, owner.accountPersonId, contract.policyholderId, ...insured];
	return owner.accountId === actor.accountId || people.includes(actor.personId);
}
