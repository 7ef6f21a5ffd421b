// Claims that an insured person lets the policyholder read, and who of those did (decision 0075).
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { RELEASED } from '#lib/domain/claims/access.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { isReleasedTo, releaseOfClaims } from '#lib/server/db/release.ts';
import { releasedClaimLooks } from '#lib/server/db/tables/claim-access.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { CLAIMS_PAGE, openReviews } from './claims.repository.ts';

/** Looks a claim's page shows at most, the newest. */
const LOOKS_LIMIT = 100;
const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;

/** Whose claims somebody asks for. */
export type ReleaseOf = {
	readonly contractId: string;
	readonly insuredPersonId: string;
	readonly readerId: string;
};

/** A line of the list: nothing of what the claim is about. */
export type ReleasedEntry = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly submittedAtMs: number;
	readonly isUnderReview: boolean;
};

/** A look of a policyholder, beside those of the staff. */
export type ReleasedLook = {
	readonly atMs: number;
	readonly accountId: string;
	readonly role: 'customer';
	readonly reason: typeof RELEASED;
};

const isOf = ({ contractId, insuredPersonId, readerId }: ReleaseOf) =>
	and(
		eq(claims.contractId, contractId),
		eq(claims.insuredPersonId, insuredPersonId),
		isReleasedTo(readerId)
	);

export const releasedClaimsRepository = {
	/** Undoes the batch unless this person lets the reader see their claims at this moment. */
	requireRelease: ({ contractId, insuredPersonId, readerId }: ReleaseOf): Write =>
		requireFound(releaseOfClaims(readerId, contractId, insuredPersonId), GONE),

	/** One page, counted from 1, newest first, with one more when there is a next page. */
	list(of: ReleaseOf, page: number): Read<readonly ReleasedEntry[]> {
		return read(
			sqlBuilder
				.select({
					id: claims.id,
					number: claims.number,
					state: claims.state,
					submittedAtMs: claims.submittedAtMs,
					openReviews
				})
				.from(claims)
				.where(isOf(of))
				.orderBy(desc(claims.submittedAtMs), desc(claims.id))
				.limit(CLAIMS_PAGE + 1)
				.offset((page - 1) * CLAIMS_PAGE),
			(rows) =>
				rows.map(({ openReviews: open, ...entry }) => ({ ...entry, isUnderReview: open > 0 }))
		);
	},

	/**
	 * Writes the look down, if the claim is released to the reader at this moment. In the batch that
	 * reads: without the look there is nothing to see.
	 */
	look(
		look: { readonly id: string; readonly claimId: string; readonly atMs: number },
		of: ReleaseOf
	): Write {
		return writeIfHolds(
			sqlBuilder.insert(releasedClaimLooks).select(
				sqlBuilder
					.select({
						id: sql<string>`${look.id}`.as('id'),
						claimId: claims.id,
						accountId: sql<string>`${of.readerId}`.as('account_id'),
						atMs: sql<number>`${look.atMs}`.as('at_ms')
					})
					.from(claims)
					.where(and(eq(claims.id, look.claimId), isOf(of)))
			),
			GONE
		);
	},

	/** The newest looks at one claim of this account. */
	listLooks(claimId: string, ownerAccountId: string): Read<readonly ReleasedLook[]> {
		return read(
			selectLooks()
				.where(and(eq(claims.accountId, ownerAccountId), eq(releasedClaimLooks.claimId, claimId)))
				.orderBy(desc(releasedClaimLooks.atMs))
				.limit(LOOKS_LIMIT),
			(rows) =>
				rows.map(({ accountId, atMs }) => ({
					...{ accountId, atMs, role: 'customer', reason: RELEASED }
				}))
		);
	},

	/** All looks at the account's claims, oldest first: for the owner's copy of their data. */
	listAllLooks(
		ownerAccountId: string
	): Read<readonly { readonly claimId: string; readonly atMs: number }[]> {
		return read(
			selectLooks()
				.where(eq(claims.accountId, ownerAccountId))
				.orderBy(asc(releasedClaimLooks.atMs)),
			(rows) => rows.map(({ claimId, atMs }) => ({ claimId, atMs }))
		);
	}
};

const selectLooks = () =>
	sqlBuilder
		.select({
			claimId: releasedClaimLooks.claimId,
			accountId: releasedClaimLooks.accountId,
			atMs: releasedClaimLooks.atMs
		})
		.from(releasedClaimLooks)
		.innerJoin(claims, eq(claims.id, releasedClaimLooks.claimId))
		.$dynamic();

export type ReleasedClaimsRepository = typeof releasedClaimsRepository;
