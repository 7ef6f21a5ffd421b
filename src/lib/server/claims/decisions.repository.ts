import { and, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { claimStatesBefore } from '#lib/domain/claims/claim.ts';
import type { Decision } from '#lib/domain/claims/decision.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { writeIfHolds, type Unmet, type Write } from '#lib/server/db/client.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { isForRules } from './automatic.repository.ts';
import { isTypedInBy } from './own-claims.ts';
import { hasOpenReview } from './reviews.repository.ts';

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const CHANGED = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const satisfies Unmet;

type DecidedClaim = {
	readonly id: string;
	readonly version: number;
	/** Whose key seals the decision. */
	readonly personId: string;
};
type DecidedBy = { readonly accountId: string; readonly nowMs: number };

/** Whoever made the evidence does not decide by it, however the claim came into their hands (Z7). */
const isNotTypedInBy = (accountId: string) => sql`not ${isTypedInBy(sql`${accountId}`)}`;

/** Nobody has decided: rules have (decision 0072). */
type ByRules = { readonly accountId: null; readonly nowMs: number };

export type DecisionsRepository = ReturnType<typeof createDecisionsRepository>;

export function createDecisionsRepository(cipher: Cipher) {
	const decided = async (claim: DecidedClaim, decision: Decision, by: DecidedBy | ByRules) => ({
		state: decision.outcome,
		decision: await cipher.sealJson(
			{ table: 'claims', column: 'decision', rowId: claim.id, personId: claim.personId },
			decision
		),
		decidedAtMs: by.nowMs,
		decidedBy: by.accountId,
		version: claim.version + 1
	});

	return {
		/**
		 * Takes a new claim into review at the first look of whoever it is assigned to. Holds for every
		 * claim there is, so that the batch of a look, its log entry included, ends where there is none.
		 */
		openForReview(id: string, clerkAccountId: string): Write {
			const isFirstLook = sql`(${claims.state} = 'submitted' and ${claims.assigneeId} is ${clerkAccountId})`;
			return writeIfHolds(
				sqlBuilder
					.update(claims)
					.set({
						state: sql`case when ${isFirstLook} then 'in_review' else ${claims.state} end`,
						version: sql`${claims.version} + ${isFirstLook}`
					})
					.where(eq(claims.id, id)),
				GONE
			);
		},

		/** Decides the claim if it still is as the clerk saw it, and still theirs to decide. Sealed with the owner's key. */
		async decide(claim: DecidedClaim, decision: Decision, by: DecidedBy): Promise<Write> {
			return writeIfHolds(
				sqlBuilder
					.update(claims)
					.set(await decided(claim, decision, by))
					.where(
						and(
							eq(claims.id, claim.id),
							eq(claims.version, claim.version),
							isNull(claims.decidedAtMs),
							inArray(claims.state, [...claimStatesBefore(decision.outcome)]),
							eq(claims.assigneeId, by.accountId),
							ne(claims.accountId, by.accountId),
							isNotTypedInBy(by.accountId)
						)
					),
				CHANGED
			);
		},

		/** Approves the claim by rules, if they still may: nobody has taken it, and nothing has come beside it. */
		async decideByRules(claim: DecidedClaim, decision: Decision, nowMs: number): Promise<Write> {
			return writeIfHolds(
				sqlBuilder
					.update(claims)
					.set({
						...(await decided(claim, decision, { accountId: null, nowMs })),
						checkedByRulesAtMs: nowMs
					})
					.where(
						and(eq(claims.id, claim.id), eq(claims.version, claim.version), isForRules(nowMs))
					),
				CHANGED
			);
		},

		/**
		 * Puts a new decision in the place of an old one, under a review: never a step back in the table
		 * of states. Else as `decide`.
		 */
		async correct(claim: DecidedClaim, decision: Decision, by: DecidedBy): Promise<Write> {
			const { outcome } = decision;
			return writeIfHolds(
				sqlBuilder
					.update(claims)
					.set(await decided(claim, decision, by))
					.where(
						and(
							eq(claims.id, claim.id),
							eq(claims.version, claim.version),
							isNotNull(claims.decidedAtMs),
							inArray(claims.state, [...claimStatesBefore(outcome), outcome]),
							eq(claims.assigneeId, by.accountId),
							ne(claims.accountId, by.accountId),
							isNotTypedInBy(by.accountId),
							hasOpenReview()
						)
					),
				CHANGED
			);
		}
	};
}
