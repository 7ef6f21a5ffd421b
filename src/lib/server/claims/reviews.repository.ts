import { and, asc, eq, exists, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { ReviewKind, ReviewOutcome } from '#lib/domain/claims/review.ts';
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
import { claimReviews } from '#lib/server/db/tables/claim-reviews.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

const NOT_DECIDED = { kind: 'conflict', code: 'claims/not-decided' } as const satisfies Unmet;
const OPEN = { kind: 'conflict', code: 'claims/review-open' } as const satisfies Unmet;
const CHANGED = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const satisfies Unmet;

export type StoredReview = {
	readonly id: string;
	readonly kind: ReviewKind;
	/** The invoice it is about, counted from 1; 0 for the whole claim. */
	readonly line: number;
	readonly reason: string;
	readonly fileId: string | null;
	readonly openedAtMs: number;
	readonly outcome: ReviewOutcome | null;
	readonly closedAtMs: number | null;
	readonly documentId: string | null;
};

export type NewReview = {
	readonly id: string;
	readonly claimId: string;
	/** Whose key the claim is sealed with. */
	readonly personId: string;
	readonly kind: ReviewKind;
	readonly line: number;
	readonly reason: string;
	readonly fileId: string | null;
	readonly openedAtMs: number;
	readonly openedBy: string;
};

const reasonCell = (rowId: string, personId: string): Cell => ({
	...{ table: 'claim_reviews', column: 'reason', rowId, personId }
});

/** As a condition on the row of `claims` at hand. */
export const hasOpenReview = (kind?: ReviewKind) =>
	exists(
		sqlBuilder
			.select({ one: sql`1` })
			.from(claimReviews)
			.where(
				and(
					sql`${claimReviews.claimId} = "claims"."id"`,
					isNull(claimReviews.closedAtMs),
					kind && eq(claimReviews.kind, kind)
				)
			)
	);

export type ReviewsRepository = ReturnType<typeof createReviewsRepository>;

/** Reviews of decided claims. No access check but where an owner is named. */
export function createReviewsRepository(cipher: Cipher) {
	const select = () =>
		sqlBuilder
			.select({ review: claimReviews, keyHolder: people })
			.from(claimReviews)
			.innerJoin(claims, eq(claims.id, claimReviews.claimId))
			.innerJoin(people, eq(people.id, claims.personId))
			.orderBy(asc(claimReviews.openedAtMs), asc(claimReviews.id))
			.$dynamic();
	const open = async ({
		review,
		keyHolder
	}: {
		review: typeof claimReviews.$inferSelect;
		keyHolder: typeof people.$inferSelect;
	}): Promise<StoredReview> => {
		await cipher.learn(keyHolder.id, keyHolder);
		const reason = await cipher.openJson(reasonCell(review.id, keyHolder.id), review.reason);
		return {
			...{ id: review.id, kind: review.kind, line: review.line },
			reason: v.parse(v.string(), reason),
			...{ fileId: review.fileId, openedAtMs: review.openedAtMs, outcome: review.outcome },
			...{ closedAtMs: review.closedAtMs, documentId: review.documentId }
		};
	};

	return {
		listOfClaim: (claimId: string): Read<readonly StoredReview[]> =>
			read(select().where(eq(claimReviews.claimId, claimId)), (rows) =>
				Promise.all(rows.map(open))
			),

		/** Those of a claim of this account; none for anybody else. */
		listOfOwnClaim: (claimId: string, accountId: string): Read<readonly StoredReview[]> =>
			read(
				select().where(and(eq(claimReviews.claimId, claimId), eq(claims.accountId, accountId))),
				(rows) => Promise.all(rows.map(open))
			),

		/**
		 * Lines under review of the claim that this statement of the account decides; null where it is no
		 * statement, is somebody else's, or a newer one has taken its place.
		 */
		findUnderStatement: (
			documentId: string,
			accountId: string
		): Read<{ readonly openLines: readonly number[] } | null> =>
			read(
				sqlBuilder
					.select({ openLine: claimReviews.line })
					.from(documents)
					.innerJoin(claims, eq(claims.id, documents.claimId))
					.leftJoin(
						claimReviews,
						and(eq(claimReviews.claimId, claims.id), isNull(claimReviews.closedAtMs))
					)
					.where(
						and(
							eq(documents.id, documentId),
							eq(documents.kind, 'benefit-statement'),
							eq(claims.accountId, accountId),
							// The decision that is in force carries the instant of its own statement.
							eq(claims.decidedAtMs, documents.createdAtMs)
						)
					),
				(rows) =>
					rows.length === 0
						? null
						: { openLines: rows.flatMap(({ openLine }) => (openLine === null ? [] : [openLine])) }
			),

		/**
		 * Opens a review of a decided claim: `claims/not-decided`, or `claims/review-open` when this
		 * invoice is under review already.
		 */
		async open({ personId, reason, ...review }: NewReview): Promise<Write> {
			const sealed = await cipher.sealJson(reasonCell(review.id, personId), reason);
			return joinWrites(
				requireFound(
					sqlBuilder
						.select({ id: claims.id })
						.from(claims)
						.where(and(eq(claims.id, review.claimId), isNotNull(claims.decidedAtMs))),
					NOT_DECIDED
				),
				write(sqlBuilder.insert(claimReviews).values({ ...review, reason: sealed }), OPEN)
			);
		},

		/** Takes a claim from whoever decided it: somebody else answers an objection. */
		free: (claimId: string, accountId: string): Write =>
			writeIfHolds(
				sqlBuilder
					.update(claims)
					.set({ assigneeId: null, assignedAtMs: null, version: sql`${claims.version} + 1` })
					.where(and(eq(claims.id, claimId), eq(claims.accountId, accountId))),
				NOT_DECIDED
			),

		/** Gives a claim to whoever reopens it. */
		keep: (claimId: string, clerkAccountId: string, nowMs: number): Write =>
			writeIfHolds(
				sqlBuilder
					.update(claims)
					.set({
						...{ assigneeId: clerkAccountId, assignedAtMs: nowMs },
						version: sql`${claims.version} + 1`
					})
					.where(and(eq(claims.id, claimId), ne(claims.accountId, clerkAccountId))),
				NOT_DECIDED
			),

		/**
		 * Answers everything that is open of a claim with one new statement. Whoever decided answers no
		 * objection, whatever a form says.
		 */
		close(
			claimId: string,
			answer: {
				readonly outcome: ReviewOutcome;
				readonly documentId: string;
				readonly accountId: string;
				readonly nowMs: number;
			}
		): Write {
			const { outcome, documentId, accountId, nowMs } = answer;
			return writeIfHolds(
				sqlBuilder
					.update(claimReviews)
					.set({ outcome, documentId, closedBy: accountId, closedAtMs: nowMs })
					.where(and(eq(claimReviews.claimId, claimId), isNull(claimReviews.closedAtMs))),
				CHANGED
			);
		},

		/** Undoes the batch where the claim has an open objection and this person decided it. */
		requireOther: (claimId: string, accountId: string, unmet: Unmet): Write =>
			requireFound(
				sqlBuilder
					.select({ id: claims.id })
					.from(claims)
					.where(
						and(
							eq(claims.id, claimId),
							or(
								sql`${claims.decidedBy} is not ${accountId}`,
								sql`not ${hasOpenReview('objection')}`
							)
						)
					),
				unmet
			),

		/** Claims under review by their ids, the review that waits longest first. */
		listOpen: (
			limit: number
		): Read<readonly { readonly claimId: string; readonly openedAtMs: number }[]> =>
			read(
				sqlBuilder
					.select({ claimId: claimReviews.claimId, openedAtMs: claimReviews.openedAtMs })
					.from(claimReviews)
					.where(isNull(claimReviews.closedAtMs))
					.orderBy(asc(claimReviews.openedAtMs), asc(claimReviews.id))
					.limit(limit),
				(rows) => rows
			),

		/** For the copy of one's data. */
		listOfAccount: (
			accountId: string
		): Read<readonly (StoredReview & { readonly claimId: string })[]> =>
			read(select().where(eq(claims.accountId, accountId)), (rows) =>
				Promise.all(
					rows.map(async (row) => ({ claimId: row.review.claimId, ...(await open(row)) }))
				)
			)
	};
}
