import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { groupVisits, type Visit } from '#lib/domain/claims/access.ts';
import type { ToldCircumstances } from '#lib/domain/claims/circumstances.ts';
import type { AdvanceStand } from '#lib/domain/claims/advance.ts';
import { billedTotals } from '#lib/domain/claims/billed.ts';
import type { ClaimContent, Invoice } from '#lib/domain/claims/claim.schema.ts';
import { nextActor, type ClaimState } from '#lib/domain/claims/claim.ts';
import { contestableLinesOf, type ContestableLine } from '#lib/domain/claims/review.ts';
import { CLOCK_DAYS } from '#lib/domain/claims/legal-clock.ts';
import { viewOwnPayout, type OwnPayoutView } from '#lib/domain/claims/payout.ts';
import {
	USUAL_TIME_DAYS,
	USUAL_TIME_SAMPLE,
	usualDayOf,
	usualTimeOf,
	type UsualTime
} from '#lib/domain/claims/usual-time.ts';
import { calendarDateOf, DAY_MS, type CalendarDate } from '#lib/domain/calendar.ts';
import { mayAtContract, type ContractLink } from '#lib/domain/contracts/contract-access.ts';
import type { DocumentName } from '#lib/domain/documents/document-name.ts';
import { fileStateOf, type FileState } from '#lib/domain/documents/file-state.ts';
import type { Money } from '#lib/domain/money.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { AccessRepository } from './access.repository.ts';
import type { AccountLooksRepository } from './account-looks.repository.ts';
import { ownStand } from './advance-views.ts';
import type { AdvancesRepository, StoredAdvance } from './advances.repository.ts';
import { CLAIMS_PAGE, type ClaimsRepository, type OwnClaim } from './claims.repository.ts';
import type { DocumentRequestsRepository, StoredRequest } from './document-requests.repository.ts';
import type { FiguresRepository } from './figures.repository.ts';
import type { ReviewsRepository, StoredReview } from './reviews.repository.ts';
import type { OwnPayout, PayoutsRepository } from './payouts.repository.ts';
import type { ReleasedClaimsRepository } from './released-claims.repository.ts';
import { staffNumberOf } from './staff-number.ts';

export type ClaimSummary = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly nextActor: 'customer' | 'insurer' | 'nobody';
	readonly submittedAtMs: number;
	readonly decidedAtMs: number | null;
	/** No person has: the last decision is an approval by rules. */
	readonly isDecidedByRules: boolean;
	/** The day we mean to decide by: a month after the claim came in (§ 14 (2) VVG, BaFin). */
	readonly decisionDueBy: CalendarDate;
	readonly insuredPersonName: string;
	/** It hands in bills of others besides. */
	readonly isOfSeveral: boolean;
	/** Decided, and looked at once more since. */
	readonly isUnderReview: boolean;
	/** A payment of it came back from the bank: the customer sees to the account. */
	readonly hasReturnedPayout: boolean;
	/** It came on paper, and somebody here has typed it in. */
	readonly cameByPost: boolean;
	/** One sum for each currency. */
	readonly billed: readonly Money[];
	readonly paid: Money | null;
};

export type ClaimsView = {
	readonly claims: readonly ClaimSummary[];
	readonly page: number;
	readonly hasNextPage: boolean;
};

export type ClaimDocument = {
	readonly id: string;
	readonly name: DocumentName;
	readonly createdAtMs: number;
	readonly isUnread: boolean;
	readonly hasPdf: boolean;
};

export type ClaimFile = {
	readonly id: string;
	readonly name: string;
	readonly type: string;
	readonly sizeBytes: number;
	readonly sha256: string;
	readonly state: FileState;
};

export type InvoiceView = {
	readonly id: string;
	readonly issuer: string;
	readonly number: string;
	readonly invoiceDate: string;
	readonly amount: Money;
};

export type ClaimView = ClaimSummary & {
	readonly cause: 'illness' | 'accident';
	readonly diagnosis: string;
	readonly country: string;
	readonly firstTreatmentOn: string;
	readonly note: string;
	/** Left out where nobody has told any. */
	readonly circumstances?: ToldCircumstances | undefined;
	/** Whose bills it hands in besides. */
	readonly coInsured: readonly string[];
	/** Each with whose it is; null where all are of one person. */
	readonly invoices: readonly (InvoiceView & { readonly insuredPersonName: string | null })[];
	readonly files: readonly ClaimFile[];
	readonly documents: readonly ClaimDocument[];
	/** What became of the money: a payment for each decision that pays, in their order. */
	readonly payouts: readonly OwnPayoutView[];
	/** Its contract, where the actor may change the account it is paid to; else null. */
	readonly accountContractId: string | null;
	/** Demands for an advance, and what became of them. */
	readonly advance: OwnAdvanceView;
	/** Documents we have asked for, in that order; withdrawn ones left out. */
	readonly requests: readonly OwnRequest[];
	/** Objections of the owner, and reopenings by us, in that order. */
	readonly reviews: readonly OwnReview[];
	/** Lines of the decision that can be objected to; empty before it, and after the limitation. */
	readonly contestable: readonly ContestableLine[];
	/** When a person took it into review; null before, and where rules decided. A mere look is no progress. */
	readonly inReviewSinceMs: number | null;
	/** When something last happened to it. */
	readonly changedAtMs: number;
	/** Its contract, where the actor may hand in for more people insured by it (decision 0076); else null. */
	readonly sharedContractId: string | null;
	/** How long claims take at present; null where too few have been decided. */
	readonly usualTime: UsualTime | null;
	/** The day that range leads to; null without one, once it is over, and while we wait for the customer. */
	readonly usualBy: CalendarDate | null;
	/** Who of the staff, or as policyholder, looked at it, when and why (Z6, decision 0075). */
	readonly visits: readonly Visit[];
};

/** An advance as the claim's owner sees it (decision 0077). */
export type OwnAdvanceView = {
	/** Whether one can be demanded now; else what stands against it. */
	readonly stand: AdvanceStand;
	readonly requests: readonly StoredAdvance[];
	/** Its payment; null while none is told of. */
	readonly payout: OwnPayoutView | null;
};

/** A document the customer is asked for. */
export type OwnRequest = Pick<
	StoredRequest,
	'id' | 'kind' | 'line' | 'dueOn' | 'fault' | 'askedAtMs' | 'answeredAtMs'
> & { readonly isOpen: boolean; readonly isOverdue: boolean };

/** A decision that is looked at once more, as its owner sees it. */
export type OwnReview = Pick<
	StoredReview,
	'id' | 'kind' | 'line' | 'openedAtMs' | 'outcome' | 'closedAtMs' | 'documentId'
> & {
	/** What the owner has written; null for what a clerk has written to reopen it. */
	readonly written: { readonly text: string; readonly hasFile: boolean } | null;
};

/** The documents room's file, as far as this one needs it. */
type StoredFile = Omit<ClaimFile, 'state'> & Parameters<typeof fileStateOf>[0];
type DocumentRow = Omit<ClaimDocument, 'isUnread'> & { readonly readAtMs: number | null };

export type ClaimsService = ReturnType<typeof createClaimsService>;

/** The claims a customer has handed in, as that customer sees them. */
export function createClaimsService(parts: {
	readonly db: Database;
	readonly claims: ClaimsRepository;
	readonly files: { listOfClaim(claimId: string): Read<readonly StoredFile[]> };
	readonly documents: {
		listOfClaim(claimId: string, accountId: string): Read<readonly DocumentRow[]>;
	};
	readonly access: Pick<AccessRepository, 'listLooks' | 'findReviewStart'>;
	readonly accountLooks: Pick<AccountLooksRepository, 'listOfClaim'>;
	readonly released: Pick<ReleasedClaimsRepository, 'listLooks'>;
	readonly payouts: Pick<PayoutsRepository, 'listOwn' | 'findOwnAdvance'>;
	readonly advances: Pick<AdvancesRepository, 'listOfOwnClaim'>;
	readonly requests: Pick<DocumentRequestsRepository, 'listOfOwnClaim'>;
	readonly reviews: Pick<ReviewsRepository, 'listOfOwnClaim'>;
	readonly figures: Pick<FiguresRepository, 'listDecisionDays'>;
	readonly contracts: {
		someBesideClaim(
			accountId: string,
			claimId: string,
			today: CalendarDate
		): Read<readonly { readonly isOpen: boolean }[]>;
		findLinkOfClaim(
			accountId: string,
			claimId: string,
			today: CalendarDate
		): Read<ContractLink | null>;
	};
	readonly clock: Clock;
}) {
	const { db, claims, clock } = parts;
	return {
		/** A page of the actor's claims, counted from 1, newest first. */
		async listOwn(actor: Actor, page: number): Promise<Result<ClaimsView>> {
			const permission = requirePermission(actor, 'claim/read-own');
			if (!permission.ok) return permission;
			const [found] = await db.read(
				claims.listOf(actor.accountId, page, calendarDateOf(parts.clock.nowMs()))
			);
			return ok({
				claims: found.slice(0, CLAIMS_PAGE).map(summarise),
				page,
				hasNextPage: found.length > CLAIMS_PAGE
			});
		},

		/** One claim with its files and documents; `portal/not-found` for anybody else's. */
		async getOwn(actor: Actor, id: string): Promise<Result<ClaimView>> {
			const permission = requirePermission(actor, 'claim/read-own');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [
				claim,
				files,
				documents,
				looks,
				reviewStartMs,
				payouts,
				asked,
				days,
				reviews,
				advances,
				advancePayout,
				insured,
				link,
				coInsured,
				...otherLooks
			] = await db.read(
				claims.findOf(id, actor.accountId, calendarDateOf(nowMs)),
				parts.files.listOfClaim(id),
				parts.documents.listOfClaim(id, actor.accountId),
				parts.access.listLooks(id, actor.accountId),
				parts.access.findReviewStart(id, actor.accountId),
				parts.payouts.listOwn(id, actor.accountId),
				parts.requests.listOfOwnClaim(id, actor.accountId),
				parts.figures.listDecisionDays(nowMs - USUAL_TIME_DAYS * DAY_MS, USUAL_TIME_SAMPLE),
				parts.reviews.listOfOwnClaim(id, actor.accountId),
				parts.advances.listOfOwnClaim(id, actor.accountId),
				parts.payouts.findOwnAdvance(id, actor.accountId),
				parts.contracts.someBesideClaim(actor.accountId, id, calendarDateOf(nowMs)),
				parts.contracts.findLinkOfClaim(actor.accountId, id, calendarDateOf(nowMs)),
				claims.listCoInsured(id, actor.accountId),
				parts.accountLooks.listOfClaim(id, actor.accountId),
				parts.released.listLooks(id, actor.accountId)
			);
			if (!claim) return NOT_FOUND;
			const requests = asked.filter(({ state }) => state !== 'withdrawn');
			const inReviewSinceMs = claim.isDecidedByRules ? null : reviewStartMs;
			const usualTime = usualTimeOf(days);
			const summary = summarise(claim);
			const { content } = claim;
			const nameOf = (invoice: Invoice | undefined) =>
				coInsured.length === 0
					? null
					: (coInsured.find(({ personId }) => personId === invoice?.insuredPersonId)?.name ??
						claim.insuredPersonName);
			const { cause, diagnosis, country, firstTreatmentOn, note, invoices } = content;
			return ok({
				...summary,
				cause,
				diagnosis,
				country,
				firstTreatmentOn,
				note,
				circumstances: content.circumstances,
				coInsured: coInsured.map(({ name }) => name),
				invoices: viewInvoices(invoices).map((invoice, index) => ({
					...invoice,
					insuredPersonName: nameOf(invoices[index])
				})),
				files: files.map((file) => ({
					id: file.id,
					name: file.name,
					type: file.type,
					sizeBytes: file.sizeBytes,
					sha256: file.sha256,
					state: fileStateOf(file)
				})),
				documents: documents.map((document) => ({
					id: document.id,
					name: document.name,
					createdAtMs: document.createdAtMs,
					isUnread: document.readAtMs === null,
					hasPdf: document.hasPdf
				})),
				payouts: payouts.map(viewOwnPayout),
				accountContractId:
					link && mayAtContract(link, 'change-account') ? content.contractId : null,
				advance: {
					stand: ownStand(claim, asked, advances, calendarDateOf(nowMs)).stand,
					requests: advances.map((one) => ({
						...{ id: one.id, askedAtMs: one.askedAtMs, answeredAtMs: one.answeredAtMs },
						...{ outcome: one.outcome, refusal: one.refusal }
					})),
					payout: shownAdvance(advancePayout, claim)
				},
				requests: requests.map((request) => viewOwnRequest(request, calendarDateOf(nowMs))),
				reviews: reviews.map((review) => ({
					...{ id: review.id, kind: review.kind, line: review.line, outcome: review.outcome },
					...{ openedAtMs: review.openedAtMs, closedAtMs: review.closedAtMs },
					documentId: review.documentId,
					written:
						review.kind === 'objection'
							? { text: review.reason, hasFile: review.fileId !== null }
							: null
				})),
				contestable: contestableLinesOf(claim, calendarDateOf(nowMs)),
				inReviewSinceMs,
				changedAtMs: Math.max(
					claim.submittedAtMs,
					// A letter was typed in later than it arrived.
					...documents.map((document) => document.createdAtMs),
					claim.decidedAtMs ?? 0,
					inReviewSinceMs ?? 0,
					// One that has come back is paid no longer: its return counts, so that this never goes backwards.
					...[...payouts, ...(advancePayout ? [advancePayout] : [])].flatMap((one) => [
						one.paidAtMs ?? 0,
						one.returnedAtMs ?? 0
					]),
					...advances.flatMap((one) => [one.askedAtMs, one.answeredAtMs ?? 0]),
					...reviews.flatMap((one) => [one.openedAtMs, one.closedAtMs ?? 0]),
					...asked.flatMap((one) => [one.askedAtMs, one.answeredAtMs ?? one.withdrawnAtMs ?? 0])
				),
				sharedContractId:
					insured.filter(({ isOpen }) => isOpen).length > 1 ? content.contractId : null,
				usualTime,
				usualBy:
					summary.nextActor === 'insurer' && claim.decidedAtMs === null
						? usualDayOf(calendarDateOf(claim.submittedAtMs), usualTime, calendarDateOf(nowMs))
						: null,
				visits: groupVisits(
					[...looks, ...otherLooks.flat()].map(({ accountId, ...look }) => ({
						...look,
						staffNumber: staffNumberOf(accountId)
					}))
				)
			});
		}
	};
}

/** One that a second person has refused, or that the decision has withdrawn, was never told of. */
function shownAdvance(
	payout: OwnPayout | null,
	{ decidedAtMs }: Pick<OwnClaim, 'decidedAtMs'>
): OwnPayoutView | null {
	if (payout === null || payout.state === 'withdrawn') return null;
	return payout.state === 'refused' && decidedAtMs === null ? null : viewOwnPayout(payout);
}

/** The bills of a claim, without what the treatment was for. */
export function viewInvoices(invoices: ClaimContent['invoices']): readonly InvoiceView[] {
	return invoices.map((invoice) => ({
		id: invoice.id,
		issuer: invoice.issuer,
		number: invoice.number,
		invoiceDate: invoice.invoiceDate,
		amount: { amountMinor: invoice.amountMinor, currency: invoice.currency }
	}));
}

function viewOwnRequest(request: StoredRequest, today: CalendarDate): OwnRequest {
	const { id, kind, line, dueOn, fault, askedAtMs, answeredAtMs } = request;
	const isOpen = request.state === 'open';
	const times = { dueOn, askedAtMs, answeredAtMs };
	return { id, kind, line, fault, ...times, isOpen, isOverdue: isOpen && dueOn < today };
}

function summarise(claim: OwnClaim): ClaimSummary {
	return {
		id: claim.id,
		number: claim.number,
		state: claim.state,
		nextActor: nextActor(claim.state, claim.isUnderReview, claim.hasReturnedPayout),
		submittedAtMs: claim.submittedAtMs,
		decidedAtMs: claim.decidedAtMs,
		isDecidedByRules: claim.isDecidedByRules,
		decisionDueBy: calendarDateOf(claim.submittedAtMs + CLOCK_DAYS.overdue * DAY_MS),
		insuredPersonName: claim.insuredPersonName,
		isOfSeveral: claim.isOfSeveral,
		isUnderReview: claim.isUnderReview,
		hasReturnedPayout: claim.hasReturnedPayout,
		cameByPost: claim.cameByPost,
		billed: billedTotals(claim.content.invoices),
		paid: claim.decision?.totals.paid ?? null
	};
}
