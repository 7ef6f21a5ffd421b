import { and, eq, exists, gte, isNull, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { alias, type SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { sqlBuilder } from './builder.ts';
import { accounts } from './tables/accounts.ts';
import { claimCoInsured, claims } from './tables/claims.ts';
import { contractLinks } from './tables/contracts.ts';

const given = alias(contractLinks, 'given');
const holder = alias(contractLinks, 'holder');
const giver = alias(accounts, 'giver');

type LinkColumns = Readonly<
	Record<'accountId' | 'role' | 'releasedAtMs' | 'linkedAtMs', SQLiteColumn>
>;

/**
 * Whether a release counts for somebody who sees the contract: it was given since they see it, and the
 * account that gave it goes on. Nobody who becomes policyholder later inherits it (decision 0075).
 */
export function releaseCounts(release: LinkColumns, reader: LinkColumns): SQL | undefined {
	return and(
		eq(release.role, 'insured-person'),
		gte(release.releasedAtMs, reader.linkedAtMs),
		exists(
			sqlBuilder
				.select({ one: sql`1` })
				.from(giver)
				.where(
					and(
						eq(giver.id, release.accountId),
						eq(giver.status, 'active'),
						isNull(giver.deletionDueAtMs)
					)
				)
		)
	);
}

/** The live release of somebody's claims to this account as the contract's policyholder. */
export function releaseOfClaims(
	readerId: string,
	contractId: string | SQLWrapper,
	personId: string | SQLWrapper
) {
	return sqlBuilder
		.select({ accountId: given.accountId })
		.from(given)
		.innerJoin(holder, eq(holder.contractId, given.contractId))
		.where(
			and(
				eq(given.contractId, contractId),
				eq(given.personId, personId),
				eq(given.releaseScope, 'claims'),
				eq(holder.accountId, readerId),
				eq(holder.role, 'policyholder'),
				releaseCounts(given, holder)
			)
		);
}

/**
 * Whether whoever handed in the claim at hand lets this account read it: for themselves, at this contract.
 * One with bills of others in it is nobody's alone to release.
 */
export const isReleasedTo = (readerId: string): SQL =>
	sql`(${claims.accountId} in ${releaseOfClaims(readerId, claims.contractId, claims.insuredPersonId)}
		and not exists (select 1 from ${claimCoInsured} i where i.claim_id = ${claims.id}))`;
