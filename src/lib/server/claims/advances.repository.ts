import { and, asc, eq, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { AdvanceOutcome, AdvanceRefusal } from '#lib/domain/claims/advance.ts';
import { ADVANCE_NO, PAYING_STATES, statesBefore } from '#lib/domain/claims/payout.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { advanceRequests } from '#lib/server/db/tables/advance-requests.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { payouts } from '#lib/server/db/tables/payouts.ts';

const NOT_NOW = { kind: 'conflict', code: 'claims/advance-not-now' } as const satisfies Unmet;
const CLOSED = { kind: 'conflict', code: 'claims/advance-closed' } as const satisfies Unmet;
const CHANGED = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const satisfies Unmet;

/** An advance that was demanded. */
export type StoredAdvance = {
	readonly id: string;
	readonly askedAtMs: number;
	/** Null while nobody has answered. */
	readonly outcome: AdvanceOutcome | null;
	readonly refusal: AdvanceRefusal | null;
	readonly answeredAtMs: number | null;
};

type By = { readonly accountId: string; readonly nowMs: number };

const isOpen = isNull(advanceRequests.answeredAtMs);
const ofClaim = (claimId: string) => eq(advanceRequests.claimId, claimId);

const isAdvanceOf = (claimId: string) =>
	and(eq(payouts.claimId, claimId), eq(payouts.decisionNo, ADVANCE_NO));

const columns = {
	id: advanceRequests.id,
	askedAtMs: advanceRequests.askedAtMs,
	outcome: advanceRequests.outcome,
	refusal: advanceRequests.refusal,
	answeredAtMs: advanceRequests.answeredAtMs
};

/** Puts a request down where the claim may have one: whatever stands in this batch, at most one is open. */
function insertWhere(request: AskedAdvance, mayAsk: SQL | undefined): Write {
	return joinWrites(
		requireFound(
			sqlBuilder
				.select({ id: claims.id })
				.from(claims)
				.where(
					and(
						eq(claims.id, request.claimId),
						isNull(claims.decidedAtMs),
						// Who waits for the customer does not pay for it (§ 14 (2) 3 VVG).
						ne(claims.state, 'documents_requested'),
						sql`not exists (select 1 from ${advanceRequests} a where a.claim_id = ${request.claimId}
							and (a.outcome is null or a.outcome = 'granted'))`,
						mayAsk
					)
				),
			NOT_NOW
		),
		write(sqlBuilder.insert(advanceRequests).values(request), NOT_NOW)
	);
}

type AskedAdvance = {
	readonly id: string;
	readonly claimId: string;
	readonly askedAtMs: number;
	readonly askedBy: string;
};

export type AdvancesRepository = typeof advancesRepository;

/** Advances that were demanded, and what a decision does with them. No access check but where an owner is named. */
export const advancesRepository = {
	/** All of a claim in the order they were asked. */
	listOfClaim: (claimId: string): Read<readonly StoredAdvance[]> =>
		read(
			sqlBuilder
				.select(columns)
				.from(advanceRequests)
				.where(ofClaim(claimId))
				.orderBy(asc(advanceRequests.askedAtMs), asc(advanceRequests.id)),
			(rows) => rows
		),

	/** The same for the claim's owner; none for anybody else. */
	listOfOwnClaim: (claimId: string, accountId: string): Read<readonly StoredAdvance[]> =>
		read(
			sqlBuilder
				.select(columns)
				.from(advanceRequests)
				.innerJoin(claims, eq(claims.id, advanceRequests.claimId))
				.where(and(ofClaim(claimId), eq(claims.accountId, accountId)))
				.orderBy(asc(advanceRequests.askedAtMs), asc(advanceRequests.id)),
			(rows) => rows
		),

	/** By the claim's owner, whom its contract still lets act. */
	ask: (request: AskedAdvance, today: CalendarDate): Write =>
		insertWhere(
			request,
			and(
				eq(claims.accountId, request.askedBy),
				isWithinMandate(request.askedBy, claims.contractId, today)
			)
		),

	/** By letter or message: put down by the clerk who works on the claim. */
	putDown: (request: AskedAdvance): Write =>
		insertWhere(
			request,
			and(eq(claims.assigneeId, request.askedBy), ne(claims.accountId, request.askedBy))
		),

	/**
	 * Answers the open request, if the claim is this clerk's and not decided. Moves the claim's version:
	 * a decision that was opened before is looked at once more.
	 */
	answer(
		claimId: string,
		answer:
			{ readonly outcome: 'granted' } | { readonly outcome: 'refused'; refusal: AdvanceRefusal },
		by: By
	): Write {
		return joinWrites(
			writeIfHolds(
				sqlBuilder
					.update(claims)
					.set({ version: sql`${claims.version} + 1` })
					.where(
						and(
							eq(claims.id, claimId),
							isNull(claims.decidedAtMs),
							eq(claims.assigneeId, by.accountId),
							ne(claims.accountId, by.accountId)
						)
					),
				CHANGED
			),
			writeIfHolds(
				sqlBuilder
					.update(advanceRequests)
					.set({ ...answer, answeredAtMs: by.nowMs, answeredBy: by.accountId })
					.where(and(ofClaim(claimId), isOpen)),
				CLOSED
			)
		);
	},

	/** The second person has refused the payment: somebody must answer anew, unless the claim is decided. */
	reopen: (claimId: string): Write =>
		write(
			sqlBuilder
				.update(advanceRequests)
				.set({ outcome: null, answeredAtMs: null, answeredBy: null })
				.where(
					and(
						ofClaim(claimId),
						eq(advanceRequests.outcome, 'granted'),
						sql`exists (select 1 from ${claims} c where c.id = ${claimId} and c.decided_at_ms is null)`
					)
				)
		),

	/** A payment that was refused or sent back gets another account: only while its request still stands. */
	grantAgain: (claimId: string, by: By): Write =>
		joinWrites(
			write(
				sqlBuilder
					.update(advanceRequests)
					.set({ outcome: 'granted', answeredAtMs: by.nowMs, answeredBy: by.accountId })
					.where(and(ofClaim(claimId), isOpen))
			),
			requireFound(
				sqlBuilder
					.select({ id: advanceRequests.id })
					.from(advanceRequests)
					.where(and(ofClaim(claimId), eq(advanceRequests.outcome, 'granted'))),
				CLOSED
			)
		),

	/**
	 * What a decision does with an advance, in its own batch, so that nothing is paid twice whoever acts
	 * at the same time. What is on its way or paid must be exactly what the decision has taken off
	 * (`claims/changed-meanwhile`: somebody has approved it since); everything else is withdrawn, for good.
	 * Requests that led to no payment are settled with it.
	 */
	settle(
		claimId: string,
		countedMinor: number,
		by: { accountId: string | null; nowMs: number }
	): Write {
		const counted = sqlBuilder
			.select({ sum: sql`coalesce(sum(${payouts.amountMinor}), 0)` })
			.from(payouts)
			.where(and(isAdvanceOf(claimId), inArray(payouts.state, [...PAYING_STATES])));
		return joinWrites(
			requireFound(
				sqlBuilder
					.select({ id: claims.id })
					.from(claims)
					.where(and(eq(claims.id, claimId), sql`(${counted}) = ${countedMinor}`)),
				CHANGED
			),
			write(
				sqlBuilder
					.update(payouts)
					.set({ state: 'withdrawn' })
					.where(and(isAdvanceOf(claimId), inArray(payouts.state, [...statesBefore('withdrawn')])))
			),
			write(
				sqlBuilder
					.update(advanceRequests)
					.set({ outcome: 'settled', answeredAtMs: by.nowMs, answeredBy: by.accountId })
					.where(
						and(
							ofClaim(claimId),
							or(
								isOpen,
								and(
									eq(advanceRequests.outcome, 'granted'),
									sql`not exists (select 1 from ${payouts} p where p.claim_id = ${claimId}
										and p.decision_no = ${ADVANCE_NO} and p.state <> 'withdrawn')`
								)
							)
						)
					)
			)
		);
	},

	/** For the copy of one's data. */
	listOfAccount: (
		accountId: string
	): Read<readonly (StoredAdvance & { readonly claimId: string })[]> =>
		read(
			sqlBuilder
				.select({ ...columns, claimId: advanceRequests.claimId })
				.from(advanceRequests)
				.innerJoin(claims, eq(claims.id, advanceRequests.claimId))
				.where(eq(claims.accountId, accountId))
				.orderBy(asc(advanceRequests.askedAtMs)),
			(rows) => rows
		)
};
