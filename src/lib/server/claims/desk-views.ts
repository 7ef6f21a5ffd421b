import type { Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { billedTotals } from '#lib/domain/claims/billed.ts';
import type { ClaimContent, FileType } from '#lib/domain/claims/claim.schema.ts';
import { placeInCover, type ClaimState } from '#lib/domain/claims/claim.ts';
import { proposeDecision, type BilledLine, type LineInput } from '#lib/domain/claims/decision.ts';
import { readLegalClock, type LegalClock } from '#lib/domain/claims/legal-clock.ts';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import type { FileState } from '#lib/domain/documents/file-state.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import type { Money } from '#lib/domain/money.ts';
import type { DeskClaim } from './desk.repository.ts';
import type { QueuedClaim } from './queue.repository.ts';

export type QueueRow = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly submittedOn: CalendarDate;
	/** Null once the claim is decided. */
	readonly clock: LegalClock | null;
	readonly insuredPersonName: string;
	readonly lineCount: number;
	readonly fileCount: number;
	readonly billed: readonly Money[];
};

export type DeskLine = BilledLine & {
	readonly invoiceNumber: string;
	readonly treatmentFrom: string;
	readonly treatmentTo: string;
	readonly isPaid: boolean;
	readonly isForeign: boolean;
	readonly cover: 'inside' | 'partly' | 'outside';
	readonly proposal: LineInput;
};

export type DeskFile = {
	readonly id: string;
	readonly type: FileType;
	readonly sizeBytes: number;
	readonly state: FileState;
};

export type DeskView = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly version: number;
	readonly submittedOn: CalendarDate;
	readonly clock: LegalClock | null;
	/** The clerk may look, a colleague decides. */
	readonly isOwn: boolean;
	readonly today: CalendarDate;
	readonly insured: { readonly name: string; readonly dateOfBirth: CalendarDate | null };
	readonly contract: {
		readonly policyNumber: string;
		readonly policyholderName: string;
		readonly plan: string;
		readonly startsOn: CalendarDate;
		readonly endsOn: CalendarDate | null;
		readonly currency: string;
		readonly maximumMinor: number | null;
		readonly deductibleMinor: number;
		readonly remainingDeductibleMinor: number;
	};
	readonly content: Pick<
		ClaimContent,
		'cause' | 'diagnosis' | 'firstTreatmentOn' | 'country' | 'hasOtherInsurance' | 'note'
	>;
	readonly payee: {
		readonly holder: string;
		readonly ibanLast4: string;
		readonly isOfThisClaimOnly: boolean;
	};
	readonly customerLanguage: Language;
	readonly lines: readonly DeskLine[];
	readonly files: readonly DeskFile[];
	/** What the claim was decided with; null while it is open. */
	readonly statement: BenefitStatement | null;
};

export function viewQueued(claim: QueuedClaim, today: CalendarDate): QueueRow {
	const submittedOn = calendarDateOf(claim.submittedAtMs);
	const isOpen = claim.state === 'submitted' || claim.state === 'in_review';
	return {
		id: claim.id,
		number: claim.number,
		state: claim.state,
		submittedOn,
		clock: isOpen ? readLegalClock(submittedOn, today) : null,
		insuredPersonName: claim.insuredPersonName,
		lineCount: claim.invoices.length,
		fileCount: claim.fileCount,
		billed: billedTotals(claim.invoices)
	};
}

export function viewDesk(
	claim: DeskClaim,
	files: readonly DeskFile[],
	statement: BenefitStatement | null,
	reader: {
		readonly actor: Actor;
		readonly today: CalendarDate;
		readonly insuredName: string;
		/** Contracts the reader has named as their own. */
		readonly ownContractIds: readonly string[];
	}
): DeskView {
	const { content, contract } = claim;
	const submittedOn = calendarDateOf(claim.submittedAtMs);
	const payee = payeeOf(claim);
	return {
		id: claim.id,
		number: claim.number,
		state: claim.state,
		version: claim.version,
		submittedOn,
		clock: claim.decidedAtMs === null ? readLegalClock(submittedOn, reader.today) : null,
		isOwn: isOwnClaim(reader.actor, claim, reader.ownContractIds),
		today: reader.today,
		insured: { name: reader.insuredName, dateOfBirth: claim.insured.profile.dateOfBirth },
		contract: {
			policyNumber: contract.policyNumber,
			policyholderName: contract.policyholderName,
			plan: contract.plan,
			startsOn: contract.startsOn,
			endsOn: contract.endsOn,
			currency: contract.currency,
			maximumMinor: contract.maximumMinor,
			deductibleMinor: contract.deductibleMinor,
			remainingDeductibleMinor: remainingDeductibleOf(claim)
		},
		content: {
			cause: content.cause,
			diagnosis: content.diagnosis,
			firstTreatmentOn: content.firstTreatmentOn,
			country: content.country,
			hasOtherInsurance: content.hasOtherInsurance,
			note: content.note
		},
		payee: {
			holder: payee.holder,
			ibanLast4: payee.iban.slice(-4),
			isOfThisClaimOnly: content.payeeAccount !== null
		},
		customerLanguage: claim.owner.language,
		lines: viewLines(claim),
		files: files.map(({ id, type, sizeBytes, state }) => ({ id, type, sizeBytes, state })),
		statement
	};
}

function viewLines(claim: DeskClaim): readonly DeskLine[] {
	const { content, contract } = claim;
	const billed = billedLinesOf(claim);
	const proposals = proposeDecision(billed, {
		currency: contract.currency,
		remainingDeductibleMinor: remainingDeductibleOf(claim)
	});
	return content.invoices.flatMap((invoice, index) => {
		const line = billed[index];
		const proposal = proposals[index];
		if (!line || !proposal) return [];
		return {
			...line,
			invoiceNumber: invoice.number,
			treatmentFrom: invoice.treatmentFrom,
			treatmentTo: invoice.treatmentTo,
			isPaid: invoice.isPaid,
			isForeign: invoice.currency !== contract.currency,
			cover: placeInCover(invoice, contract),
			proposal
		};
	});
}

export function billedLinesOf({ content }: DeskClaim): readonly BilledLine[] {
	return content.invoices.map((invoice) => ({
		invoiceId: invoice.id,
		issuer: invoice.issuer,
		invoiceDate: invoice.invoiceDate,
		billed: { amountMinor: invoice.amountMinor, currency: invoice.currency }
	}));
}

export function remainingDeductibleOf({ contract }: DeskClaim): number {
	return Math.max(0, contract.deductibleMinor - contract.usedDeductibleMinor);
}

/** The account the customer named for this claim, else the contract's. */
export function payeeOf({ content, contract }: DeskClaim): { holder: string; iban: string } {
	return content.payeeAccount ?? contract.bankAccount;
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
