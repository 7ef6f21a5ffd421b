import { recoveryToShow } from '#lib/domain/accounts/recovery.ts';
import { may, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { AutomaticCheck } from '#lib/domain/claims/automatic.ts';
import { billedTotals } from '#lib/domain/claims/billed.ts';
import type { TreatmentKind } from '#lib/domain/claims/circumstances.ts';
import type { ClaimContent, FileType } from '#lib/domain/claims/claim.schema.ts';
import type { KnownInvoice, LineFinding } from '#lib/domain/claims/line-checks.ts';
import { OPEN_STATES, type ClaimState } from '#lib/domain/claims/claim.ts';
import {
	proposeDecision,
	type BilledLine,
	type DecidedLine,
	type ExchangeRate,
	type LineInput
} from '#lib/domain/claims/decision.ts';
import { pausedDays } from '#lib/domain/claims/document-request.ts';
import type { RecordedRate } from '#lib/domain/claims/exchange-rates.ts';
import { viewPayee, type PayeeView } from '#lib/domain/claims/payee-view.ts';
import { readReviewClock } from '#lib/domain/claims/review.ts';
import { readLegalClock, type LegalClock } from '#lib/domain/claims/legal-clock.ts';
import {
	coverOf,
	isSameYear,
	type KnownUse,
	type YearCover,
	type YearRest
} from '#lib/domain/contracts/cover.ts';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import type { FileState } from '#lib/domain/documents/file-state.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import type { Money } from '#lib/domain/money.ts';
import { viewAdvance, type DeskAdvance } from './advance-views.ts';
import type { StoredAdvance } from './advances.repository.ts';
import type { Colleague } from './assignments.repository.ts';
import {
	findingsOf,
	billedLinesOf,
	restsOfClaim,
	payeeOf,
	personsOf,
	isOwnClaim
} from './desk-claim.ts';
import type { DeliveredStatement, DeskClaim } from './desk.repository.ts';
import type { StoredRequest } from './document-requests.repository.ts';
import type { StoredNote } from './notes.repository.ts';
import type { Payout } from './payouts.repository.ts';
import type { StoredReview } from './reviews.repository.ts';
import type { QueuedClaim } from './queue.repository.ts';
import { recordedRatesOf } from './recorded-rates.ts';

export type QueueRow = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly submittedOn: CalendarDate;
	/** Null once the claim is decided and under no review. */
	readonly clock: LegalClock | null;
	readonly isReviewed: boolean;
	/** An advance was demanded, and nobody has answered. */
	readonly isAdvanceAsked: boolean;
	readonly cameByPost: boolean;
	readonly insuredPersonName: string;
	/** It hands in bills of others besides. */
	readonly isOfSeveral: boolean;
	/** Who works on it; null while nobody does. */
	readonly assignee: { readonly name: string; readonly isReader: boolean } | null;
	readonly lineCount: number;
	readonly fileCount: number;
	readonly billed: readonly Money[];
};

export type DeskLine = BilledLine & {
	/** Whose bill it is; null where all are of one person. */
	readonly insuredPersonName: string | null;
	readonly invoiceNumber: string;
	readonly treatmentFrom: string;
	readonly treatmentTo: string;
	readonly isPaid: boolean;
	/** What the treatment was; null where nobody has said. */
	readonly kind: TreatmentKind | null;
	readonly isForeign: boolean;
	/** What is recorded for its day; null for the contract's own currency and without one. */
	readonly recordedRate: ExchangeRate | null;
	/** What the rules have found, for the clerk to judge. */
	readonly findings: readonly LineFinding[];
	/** What its insurance year has left before this decision. */
	readonly rest: YearRest;
	readonly proposal: LineInput;
};

export type DeskFile = {
	readonly id: string;
	readonly type: FileType;
	readonly sizeBytes: number;
	readonly state: FileState;
};

/** A document that was asked for. */
export type DeskRequest = Pick<
	StoredRequest,
	'id' | 'kind' | 'line' | 'state' | 'dueOn' | 'fault' | 'remindedAtMs'
> & {
	/** The receipt that answered it, counted from 1; null while there is none. */
	readonly receipt: number | null;
	readonly isOverdue: boolean;
};

/** Why a decided claim is looked at once more. */
export type DeskReview = Pick<StoredReview, 'id' | 'kind' | 'line' | 'reason' | 'outcome'> & {
	readonly openedOn: CalendarDate;
	readonly isOpen: boolean;
	/** What came with it, counted from 1. */
	readonly receipt: number | null;
};

export type DeskView = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly version: number;
	/** What rules have made of it; null where they have not looked. */
	readonly automaticCheck: AutomaticCheck | null;
	readonly submittedOn: CalendarDate;
	/** The day it was typed in, where it came by post. */
	readonly capturedOn: CalendarDate | null;
	readonly clock: LegalClock | null;
	/** Days of the customer's own delay, which the clock does not count. */
	readonly pausedDays: number;
	/** The clerk may look, a colleague decides. */
	readonly isOwn: boolean;
	/** By what the reader sees it: their own work, or a reason that counts until then (Z6). */
	readonly access:
		{ readonly kind: 'assigned' } | { readonly kind: 'opened'; readonly endsAtMs: number };
	/** To whom it can be handed over; the reader is not among them. */
	readonly colleagues: readonly Colleague[];
	readonly today: CalendarDate;
	readonly insured: { readonly name: string; readonly dateOfBirth: CalendarDate | null };
	/** Whose bills it hands in besides. */
	readonly coInsured: readonly string[];
	readonly contract: {
		readonly policyNumber: string;
		readonly policyholderName: string;
		readonly plan: string;
		readonly startsOn: CalendarDate;
		readonly endsOn: CalendarDate | null;
		readonly currency: string;
		/** Of every insured person, for every insurance year this claim is about. */
		readonly covers: readonly { readonly name: string; readonly years: readonly YearCover[] }[];
	};
	readonly content: Pick<
		ClaimContent,
		| 'cause'
		| 'diagnosis'
		| 'firstTreatmentOn'
		| 'country'
		| 'hasOtherInsurance'
		| 'note'
		| 'circumstances'
	>;
	readonly payee: Pick<PayeeView, 'holder' | 'last4' | 'bank'> & {
		readonly isOfThisClaimOnly: boolean;
		/** The day the customer came back by letter, while that is recent (decision 0061). */
		readonly recoveredOn: CalendarDate | null;
	};
	readonly customerLanguage: Language;
	readonly lines: readonly DeskLine[];
	readonly files: readonly DeskFile[];
	readonly requests: readonly DeskRequest[];
	/** Objections and reopenings, those that are open last. */
	readonly reviews: readonly DeskReview[];
	readonly notes: readonly StoredNote[];
	/** Demands for an advance, and what may be answered. */
	readonly advance: DeskAdvance;
	/** Decided, under no review, and the reader has it or leads. */
	readonly canReopen: boolean;
	/** Whoever decided answers no objection to it. */
	readonly canAnswer: boolean;
	/** What the claim was decided with; null while it is open. */
	readonly statement: BenefitStatement | null;
	/** When the customer first opened the statement; null while they have not. */
	readonly statementReadAtMs: number | null;
};

export function viewQueued(
	claim: QueuedClaim,
	reader: { readonly accountId: string; readonly today: CalendarDate }
): QueueRow {
	const submittedOn = calendarDateOf(claim.submittedAtMs);
	const isOpen = OPEN_STATES.includes(claim.state);
	const paused = pausedDays(claim.requests, reader.today);
	return {
		id: claim.id,
		number: claim.number,
		state: claim.state,
		submittedOn,
		clock: isOpen
			? readLegalClock(submittedOn, reader.today, paused)
			: claim.reviewedSinceMs === null
				? null
				: readReviewClock(calendarDateOf(claim.reviewedSinceMs), reader.today),
		isReviewed: claim.reviewedSinceMs !== null,
		isAdvanceAsked: claim.advanceAskedAtMs !== null,
		cameByPost: claim.cameByPost,
		insuredPersonName: claim.insuredPersonName,
		isOfSeveral: claim.isOfSeveral,
		assignee: claim.assignee && {
			name: claim.assignee.name,
			isReader: claim.assignee.id === reader.accountId
		},
		lineCount: claim.invoices.length,
		fileCount: claim.fileCount,
		billed: billedTotals(claim.invoices)
	};
}

export function viewDesk(
	claim: DeskClaim,
	files: readonly DeskFile[],
	delivered: DeliveredStatement | null,
	reader: {
		readonly actor: Actor;
		readonly today: CalendarDate;
		readonly nowMs: number;
		/** Contracts the reader has named as their own. */
		readonly ownContractIds: readonly string[];
		readonly openingEndsAtMs: number | null;
		readonly colleagues: readonly Colleague[];
		readonly known: readonly KnownInvoice[];
		readonly uses: readonly KnownUse[];
		readonly requests: readonly StoredRequest[];
		readonly rates: readonly RecordedRate[];
		readonly reviews: readonly StoredReview[];
		readonly notes: readonly StoredNote[];
		readonly advances: readonly StoredAdvance[];
		readonly advancePayout: Payout | null;
	}
): DeskView {
	const { content, contract } = claim;
	const submittedOn = calendarDateOf(claim.submittedAtMs);
	const payee = viewPayee(payeeOf(claim));
	const paused = pausedDays(reader.requests, reader.today);
	const insuredName = personsOf(claim)[0]?.name ?? '';
	const years = coverOf(contract, restsOfClaim(claim, ofEverybody(reader.uses)));
	return {
		id: claim.id,
		number: claim.number,
		state: claim.state,
		version: claim.version,
		automaticCheck: claim.automaticCheck,
		submittedOn,
		capturedOn: claim.capturedAtMs === null ? null : calendarDateOf(claim.capturedAtMs),
		clock: clockOf(claim, reader, paused),
		pausedDays: paused,
		isOwn: isOwnClaim(reader.actor, claim, reader.ownContractIds),
		access:
			claim.assigneeId === reader.actor.accountId
				? { kind: 'assigned' }
				: { kind: 'opened', endsAtMs: reader.openingEndsAtMs ?? 0 },
		colleagues: reader.colleagues.filter(({ id }) => id !== reader.actor.accountId),
		today: reader.today,
		insured: { name: insuredName, dateOfBirth: claim.insured.profile.dateOfBirth },
		coInsured: claim.coInsured.map(({ name }) => name),
		contract: {
			policyNumber: contract.policyNumber,
			policyholderName: contract.policyholderName,
			plan: contract.plan,
			startsOn: contract.startsOn,
			endsOn: contract.endsOn,
			currency: contract.currency,
			covers: personsOf(claim).map(({ personId, name }) => ({
				name,
				years: years.filter(({ insuredPersonId }) => insuredPersonId === personId)
			}))
		},
		content: {
			cause: content.cause,
			diagnosis: content.diagnosis,
			firstTreatmentOn: content.firstTreatmentOn,
			country: content.country,
			hasOtherInsurance: content.hasOtherInsurance,
			note: content.note,
			circumstances: content.circumstances
		},
		payee: {
			holder: payee.holder,
			last4: payee.last4,
			bank: payee.bank,
			isOfThisClaimOnly: content.payeeAccount !== null,
			recoveredOn: recoveryToShow(claim.owner.recoveredAtMs, reader.nowMs)
		},
		customerLanguage: claim.owner.language,
		lines: viewLines(claim, reader),
		files: files.map(({ id, type, sizeBytes, state }) => ({ id, type, sizeBytes, state })),
		reviews: reader.reviews.map((review) => ({
			...{ id: review.id, kind: review.kind, line: review.line, reason: review.reason },
			...{ outcome: review.outcome, openedOn: calendarDateOf(review.openedAtMs) },
			isOpen: review.closedAtMs === null,
			receipt: receiptOf(files, review.fileId)
		})),
		notes: reader.notes,
		advance: viewAdvance(
			claim,
			{
				billed: billedLinesOf(claim),
				years: restsOfClaim(claim, reader.uses),
				recorded: recordedRatesOf(claim, reader.rates)
			},
			reader
		),
		canReopen:
			claim.decidedAtMs !== null &&
			reader.reviews.every(({ closedAtMs }) => closedAtMs !== null) &&
			!isOwnClaim(reader.actor, claim, reader.ownContractIds) &&
			(claim.assigneeId === reader.actor.accountId || may(reader.actor.role, 'claim/assign')),
		canAnswer:
			claim.decidedBy !== reader.actor.accountId ||
			!reader.reviews.some(({ kind, closedAtMs }) => kind === 'objection' && closedAtMs === null),
		requests: reader.requests.map((request) => ({
			...{ id: request.id, kind: request.kind, line: request.line, state: request.state },
			...{ dueOn: request.dueOn, fault: request.fault, remindedAtMs: request.remindedAtMs },
			receipt: receiptOf(files, request.fileId),
			isOverdue: request.state === 'open' && request.dueOn < reader.today
		})),
		statement: delivered?.statement ?? null,
		statementReadAtMs: delivered?.readAtMs ?? null
	};
}

/** Of the claim, or of its oldest open review; null where nothing is left to do. */
function clockOf(
	claim: DeskClaim,
	reader: { readonly today: CalendarDate; readonly reviews: readonly StoredReview[] },
	paused: number
): LegalClock | null {
	if (claim.decidedAtMs === null) {
		return readLegalClock(calendarDateOf(claim.submittedAtMs), reader.today, paused);
	}
	const open = reader.reviews.find(({ closedAtMs }) => closedAtMs === null);
	return open ? readReviewClock(calendarDateOf(open.openedAtMs), reader.today) : null;
}

function receiptOf(files: readonly DeskFile[], fileId: string | null): number | null {
	const at = files.findIndex(({ id }) => id === fileId);
	return at < 0 ? null : at + 1;
}

function viewLines(
	claim: DeskClaim,
	beside: {
		readonly known: readonly KnownInvoice[];
		readonly uses: readonly KnownUse[];
		readonly rates: readonly RecordedRate[];
	}
): readonly DeskLine[] {
	const { content, contract } = claim;
	const people = personsOf(claim);
	const nameOf = (id: string) => people.find(({ personId }) => personId === id)?.name ?? null;
	const billed = billedLinesOf(claim);
	const years = restsOfClaim(claim, beside.uses);
	const { currency } = contract;
	const proposals =
		claim.decision?.lines.map(proposalOf) ?? proposeDecision(billed, { currency, years });
	const recorded = recordedRatesOf(claim, beside.rates);
	const findings = findingsOf(claim, { known: beside.known, years, recorded });
	return content.invoices.flatMap((invoice, index) => {
		const line = billed[index];
		const proposal = proposals[index];
		const rest = line && years.find((year) => isSameYear(year, line));
		if (!line || !proposal || !rest) return [];
		return {
			...line,
			insuredPersonName: people.length > 1 ? nameOf(line.insuredPersonId) : null,
			invoiceNumber: invoice.number,
			treatmentFrom: invoice.treatmentFrom,
			treatmentTo: invoice.treatmentTo,
			isPaid: invoice.isPaid,
			kind: invoice.kind ?? null,
			isForeign: invoice.currency !== contract.currency,
			recordedRate: recorded[index] ?? null,
			findings: findings[index] ?? [],
			rest,
			proposal
		};
	});
}

/** A corrected decision begins with the one before. */
function proposalOf(line: DecidedLine): LineInput {
	return {
		invoiceId: line.invoiceId,
		recognisedMinor: line.recognised.amountMinor,
		deductibleMinor: line.deductible.amountMinor,
		reason: line.reason,
		exchangeRate: line.exchangeRate
	};
}

/** The state of the cover as its owner sees it, what this claim has used included. */
function ofEverybody(uses: readonly KnownUse[]): readonly KnownUse[] {
	return uses.map((use) => ({ ...use, isOfThisClaim: false }));
}
