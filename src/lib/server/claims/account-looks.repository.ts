import { and, desc, eq, sql, type SQL } from 'drizzle-orm';
import { isStaff, type Actor, type Role } from '#lib/domain/actor.ts';
import type { AccountReason } from '#lib/domain/claims/access.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, writeIfHolds, type Read, type Unmet, type Write } from '#lib/server/db/client.ts';
import { accountLooks } from '#lib/server/db/tables/claim-access.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { payouts } from '#lib/server/db/tables/payouts.ts';
import { isOpenTo, NOT_ASSIGNED, type StoredLook } from './access.repository.ts';

/** Looks at account numbers that a claim's page shows at most, the newest. */
const LOOKS_LIMIT = 100;
const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;

export type AccountLook = {
	readonly id: string;
	readonly actor: Actor;
	readonly reason: AccountReason;
	readonly nowMs: number;
};

export type AccountLooksRepository = typeof accountLooksRepository;

/** Who of the staff has seen a whole account number, and why (D8). The look is the key, as in Z6. */
export const accountLooksRepository = {
	/** At the desk: only whoever may see the claim sees its account. */
	ofClaim: (claimId: string, look: AccountLook): Write =>
		insertLook(
			look,
			and(eq(claims.id, claimId), isOpenTo(claimId, look.actor.accountId, look.nowMs)),
			NOT_ASSIGNED
		),

	/** At a payment: its claim need not be the reader's, its owner is told all the same. */
	ofPayout: (payoutId: string, look: AccountLook): Write =>
		insertLook(
			look,
			sql`"claims"."id" = (select p.claim_id from ${payouts} p where p.id = ${payoutId})`,
			GONE
		),

	/** The newest looks at account numbers of one claim of this account. */
	listOfClaim(claimId: string, ownerAccountId: string): Read<readonly StoredLook[]> {
		return read(
			sqlBuilder
				.select({
					atMs: accountLooks.atMs,
					accountId: accountLooks.accountId,
					role: accountLooks.role,
					reason: accountLooks.reason
				})
				.from(accountLooks)
				.innerJoin(claims, eq(claims.id, accountLooks.claimId))
				.where(and(eq(accountLooks.claimId, claimId), eq(claims.accountId, ownerAccountId)))
				.orderBy(desc(accountLooks.atMs))
				.limit(LOOKS_LIMIT),
			(rows) => rows.flatMap(({ role, ...look }) => (isStaff(role) ? [{ role, ...look }] : []))
		);
	}
};

function insertLook(look: AccountLook, where: SQL | undefined, unmet: Unmet): Write {
	const { id, actor, reason, nowMs } = look;
	return writeIfHolds(
		sqlBuilder.insert(accountLooks).select(
			sqlBuilder
				.select({
					id: sql<string>`${id}`.as('id'),
					claimId: claims.id,
					accountId: sql<string>`${actor.accountId}`.as('account_id'),
					role: sql<Role>`${actor.role}`.as('role'),
					reason: sql<AccountReason>`${reason}`.as('reason'),
					atMs: sql<number>`${nowMs}`.as('at_ms')
				})
				.from(claims)
				.where(where)
		),
		unmet
	);
}
