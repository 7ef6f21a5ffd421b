import { and, asc, eq, gt, isNotNull, lte, or, sql, sum, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import type { Money } from '#lib/domain/money.ts';
import type { FeedCursor } from '#lib/domain/operations/service-token.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { payouts } from '#lib/server/db/tables/payouts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

export type FeedClaim = {
	readonly id: string;
	readonly number: string;
	readonly policyNumber: string;
	readonly state: ClaimState;
	readonly decidedAtMs: number;
	/** What its decisions pay in sum; null where they pay nothing. */
	readonly paid: Money | null;
};

export type FeedStatement = {
	readonly id: string;
	readonly claimNumber: string;
	readonly createdAtMs: number;
	readonly readAtMs: number | null;
};

export type FeedSpan = {
	readonly after: FeedCursor | null;
	readonly untilMs: number;
	readonly limit: number;
};

export type ClaimFeedRepository = ReturnType<typeof createClaimFeedRepository>;

/** What the insurer's own system is told of claims: numbers, states and sums, nothing about health. */
export function createClaimFeedRepository(cipher: Cipher) {
	return {
		listDecided({ after, untilMs, limit }: FeedSpan): Read<readonly FeedClaim[]> {
			return read(
				sqlBuilder
					.select({
						claim: claims,
						contract: contracts,
						holder: people,
						paidMinor: sql<number>`coalesce((${sqlBuilder
							.select({ paid: sum(payouts.amountMinor) })
							.from(payouts)
							.where(eq(payouts.claimId, sql`"claims"."id"`))}), 0)`
					})
					.from(claims)
					.innerJoin(contracts, eq(contracts.id, claims.contractId))
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(
						and(
							isNotNull(claims.decidedAtMs),
							lte(claims.decidedAtMs, untilMs),
							isBehind(after, claims.decidedAtMs, claims.id)
						)
					)
					.orderBy(asc(claims.decidedAtMs), asc(claims.id))
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(async ({ claim, contract, holder, paidMinor }) => ({
							id: claim.id,
							number: claim.number,
							policyNumber: await openPolicyNumber(cipher, contract, holder),
							state: claim.state,
							decidedAtMs: claim.decidedAtMs ?? 0,
							paid: paidMinor === 0 ? null : { amountMinor: paidMinor, currency: contract.currency }
						}))
					)
			);
		},

		listStatements({ after, untilMs, limit }: FeedSpan): Read<readonly FeedStatement[]> {
			return read(
				sqlBuilder
					.select({
						id: documents.id,
						claimNumber: claims.number,
						createdAtMs: documents.createdAtMs,
						readAtMs: documents.readAtMs
					})
					.from(documents)
					.innerJoin(claims, eq(claims.id, documents.claimId))
					.where(
						and(
							eq(documents.kind, 'benefit-statement'),
							lte(documents.createdAtMs, untilMs),
							isBehind(after, documents.createdAtMs, documents.id)
						)
					)
					.orderBy(asc(documents.createdAtMs), asc(documents.id))
					.limit(limit),
				(rows) => rows
			);
		}
	};
}

function isBehind(after: FeedCursor | null, at: SQLiteColumn, id: SQLiteColumn): SQL | undefined {
	if (!after) return undefined;
	return or(gt(at, after.atMs), and(eq(at, after.atMs), gt(id, after.id)));
}
