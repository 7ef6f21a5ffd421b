import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { billedTotals } from '#lib/domain/claims/billed.ts';
import { nextActor } from '#lib/domain/claims/claim.ts';
import { CLOCK_DAYS } from '#lib/domain/claims/legal-clock.ts';
import { calendarDateOf, DAY_MS, type CalendarDate } from '#lib/domain/calendar.ts';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { CLAIMS_PAGE, type ClaimsRepository } from './claims.repository.ts';
import { viewInvoices, type ClaimSummary, type InvoiceView } from './claims.service.ts';
import type { ReleasedClaimsRepository, ReleasedEntry } from './released-claims.repository.ts';

export type ReleasedClaimsView = {
	readonly contractId: string;
	readonly person: { readonly id: string; readonly name: string };
	readonly claims: readonly (Pick<ReleasedEntry, 'id' | 'number' | 'state' | 'isUnderReview'> & {
		readonly nextActor: ClaimSummary['nextActor'];
		readonly submittedAtMs: number;
	})[];
	readonly page: number;
	readonly hasNextPage: boolean;
};

/** A statement without the account it was paid to and without the words of our answer to its owner. */
export type ReleasedStatement = Pick<
	BenefitStatement,
	'statementNumber' | 'decidedAtMs' | 'lines' | 'totals'
>;

/** Somebody else's claim: what it costs and where it stands, never the illness or the files. */
export type ReleasedClaimView = Pick<
	ClaimSummary,
	| 'id'
	| 'number'
	| 'state'
	| 'nextActor'
	| 'isUnderReview'
	| 'submittedAtMs'
	| 'decidedAtMs'
	| 'decisionDueBy'
	| 'billed'
> & {
	readonly invoices: readonly InvoiceView[];
	readonly contractId: string;
	readonly person: { readonly id: string; readonly name: string };
	/** The last one; null before the decision. */
	readonly statement: ReleasedStatement | null;
};

export type ReleasedClaimsService = ReturnType<typeof createReleasedClaimsService>;

/** What a policyholder reads of claims that an insured person has released to them (decision 0075). */
export function createReleasedClaimsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly claims: Pick<ClaimsRepository, 'findReleased'>;
	readonly released: ReleasedClaimsRepository;
	readonly contracts: {
		insuredOfContract(
			accountId: string,
			contractId: string,
			today: CalendarDate
		): Read<
			readonly {
				readonly personId: string;
				readonly name: string;
				readonly claimsAreOpen: boolean;
			}[]
		>;
	};
	readonly documents: {
		findReleasedStatement(claimId: string, readerId: string): Read<BenefitStatement | null>;
	};
}) {
	const { db, clock, released } = parts;
	const insuredOf = ({ accountId }: Actor, contractId: string) =>
		parts.contracts.insuredOfContract(accountId, contractId, calendarDateOf(clock.nowMs()));

	return {
		/**
		 * A page of what an insured person has handed in at this contract, counted from 1, newest first.
		 * `portal/not-found` without their release. That somebody looked is in the log of both.
		 */
		async list(
			actor: Actor,
			contractId: string,
			insuredPersonId: string,
			page: number
		): Promise<Result<ReleasedClaimsView>> {
			const permission = requirePermission(actor, 'claim/read-released');
			if (!permission.ok) return permission;
			const of = { contractId, insuredPersonId, readerId: actor.accountId };
			const answer = await db.commitAndRead(
				[
					released.requireRelease(of),
					await parts.audit.record({
						event: 'contract/released-claims-listed',
						objectRef: `contract:${contractId}`,
						accountId: actor.accountId,
						subjectOf: { contractId, insuredPersonId }
					})
				],
				[insuredOf(actor, contractId), released.list(of, page)]
			);
			if (!answer.ok) return answer;
			const [insured, found] = answer.value;
			const person = insured.find(({ personId }) => personId === insuredPersonId);
			if (!person?.claimsAreOpen) return NOT_FOUND;
			return ok({
				contractId,
				person: { id: insuredPersonId, name: person.name },
				claims: found.slice(0, CLAIMS_PAGE).map((claim) => ({
					...{ id: claim.id, number: claim.number, state: claim.state },
					...{ isUnderReview: claim.isUnderReview, submittedAtMs: claim.submittedAtMs },
					nextActor: nextActor(claim.state, claim.isUnderReview)
				})),
				page,
				hasNextPage: found.length > CLAIMS_PAGE
			});
		},

		/**
		 * One of these claims with its last statement. The look is written in the batch that reads, for the
		 * claim's owner to see. `portal/not-found` without the release, and for any other claim.
		 */
		async get(
			actor: Actor,
			contractId: string,
			insuredPersonId: string,
			claimId: string
		): Promise<Result<ReleasedClaimView>> {
			const permission = requirePermission(actor, 'claim/read-released');
			if (!permission.ok) return permission;
			const of = { contractId, insuredPersonId, readerId: actor.accountId };
			const answer = await db.commitAndRead(
				[
					released.look({ id: parts.ids.newId(), claimId, atMs: clock.nowMs() }, of),
					await parts.audit.record({
						event: 'claim/viewed-by-policyholder',
						objectRef: `claim:${claimId}`,
						accountId: actor.accountId,
						subjectOf: { claimId }
					})
				],
				[
					insuredOf(actor, contractId),
					parts.claims.findReleased(claimId, actor.accountId),
					parts.documents.findReleasedStatement(claimId, actor.accountId)
				]
			);
			if (!answer.ok) return answer;
			const [insured, claim, statement] = answer.value;
			const person = insured.find(({ personId }) => personId === insuredPersonId);
			if (!person?.claimsAreOpen || !claim) return NOT_FOUND;
			return ok({
				contractId,
				person: { id: insuredPersonId, name: person.name },
				...{ id: claim.id, number: claim.number, state: claim.state },
				...{ isUnderReview: claim.isUnderReview, submittedAtMs: claim.submittedAtMs },
				nextActor: nextActor(claim.state, claim.isUnderReview),
				decidedAtMs: claim.decidedAtMs,
				decisionDueBy: calendarDateOf(claim.submittedAtMs + CLOCK_DAYS.overdue * DAY_MS),
				billed: billedTotals(claim.content.invoices),
				invoices: viewInvoices(claim.content.invoices),
				statement: statement && viewStatement(statement)
			});
		}
	};
}

function viewStatement(statement: BenefitStatement): ReleasedStatement {
	const { statementNumber, decidedAtMs, lines, totals } = statement;
	return { statementNumber, decidedAtMs, lines, totals };
}
