import { and, asc, desc, eq, gt, gte, isNull, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import { isStaff, type Actor, type StaffRole } from '#lib/domain/actor.ts';
import { GIVEN_BACK, type LookReason, type OpeningReason } from '#lib/domain/claims/access.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claimLooks, claimOpenings } from '#lib/server/db/tables/claim-access.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { requireEntry, reviewEntry } from './checked-looks.ts';

/** Looks a claim page shows at most: of a claim that is opened more often the newest. */
const LOOKS_LIMIT = 300;
/** Openings of one page of the data protection officer's list. */
export const OPENINGS_PAGE = 50;

export const NOT_ASSIGNED = {
	kind: 'forbidden',
	code: 'claims/not-assigned'
} as const satisfies Unmet;

export type StoredLook = {
	readonly atMs: number;
	readonly accountId: string;
	readonly role: StaffRole;
	readonly reason: LookReason | null;
};

/** An opening as the data protection officer checks it. */
export type Opening = {
	readonly id: string;
	readonly claimNumber: string;
	readonly accountId: string;
	readonly staffName: string;
	readonly role: StaffRole;
	readonly reason: OpeningReason;
	readonly note: string;
	readonly openedAtMs: number;
	readonly looks: number;
};

export type NewOpening = {
	readonly id: string;
	readonly claimId: string;
	/** Whose key the claim is sealed with. */
	readonly personId: string;
	readonly accountId: string;
	readonly reason: OpeningReason;
	readonly note: string;
	readonly openedAtMs: number;
	readonly endsAtMs: number;
};

const noteCell = (rowId: string, personId: string): Cell => ({
	...{ table: 'claim_openings', column: 'note', rowId, personId }
});

/** The opening that lets this account look at this claim now; no row without one. */
const liveOpening = (claimId: string, accountId: string, nowMs: number): SQL =>
	sql`(select o.id from ${claimOpenings} o where o.claim_id = ${claimId} and o.account_id = ${accountId} and o.ends_at_ms > ${nowMs} order by o.ends_at_ms desc limit 1)`;

/** Whoever has the claim, or has opened it with a reason that still counts; beside the row of `claims`. */
export const isOpenTo = (claimId: string, accountId: string, nowMs: number): SQL =>
	sql`("claims"."assignee_id" is ${accountId} or ${liveOpening(claimId, accountId, nowMs)} is not null)`;

export type AccessRepository = ReturnType<typeof createAccessRepository>;

/** Who may look at a claim, and who did (Z6). */
export function createAccessRepository(cipher: Cipher) {
	return {
		/**
		 * Writes the look down, if the claim is assigned to the reader or they have opened it with a
		 * reason that still counts. In the batch that reads: without the look there is nothing to see.
		 */
		look(look: {
			readonly id: string;
			readonly claimId: string;
			readonly actor: Actor;
			readonly what: 'claim' | 'file';
			readonly nowMs: number;
		}): Write {
			const { id, claimId, actor, what, nowMs } = look;
			const opening = liveOpening(claimId, actor.accountId, nowMs);
			const isAssigned = sql`"claims"."assignee_id" is ${actor.accountId}`;
			return writeIfHolds(
				sqlBuilder.insert(claimLooks).select(
					sqlBuilder
						.select({
							id: sql<string>`${id}`.as('id'),
							claimId: claims.id,
							accountId: sql<string>`${actor.accountId}`.as('account_id'),
							role: sql<StaffRole>`${actor.role}`.as('role'),
							openingId: sql<
								string | null
							>`case when ${isAssigned} then null else ${opening} end`.as('opening_id'),
							what: sql<'claim' | 'file'>`${what}`.as('what'),
							atMs: sql<number>`${nowMs}`.as('at_ms')
						})
						.from(claims)
						.where(and(eq(claims.id, claimId), isOpenTo(claimId, actor.accountId, nowMs)))
				),
				NOT_ASSIGNED
			);
		},

		/** When the reader's opening of this claim ends; null without one. */
		findOpeningEnd(claimId: string, accountId: string, nowMs: number): Read<number | null> {
			return read(
				sqlBuilder
					.select({ endsAtMs: claimOpenings.endsAtMs })
					.from(claimOpenings)
					.where(
						and(
							eq(claimOpenings.claimId, claimId),
							eq(claimOpenings.accountId, accountId),
							gt(claimOpenings.endsAtMs, nowMs)
						)
					)
					.orderBy(desc(claimOpenings.endsAtMs))
					.limit(1),
				([row]) => row?.endsAtMs ?? null
			);
		},

		/** The person's key was read in this request. */
		async insertOpening({ note, personId, ...opening }: NewOpening): Promise<Write> {
			const sealed = await cipher.sealJson(noteCell(opening.id, personId), note);
			return write(sqlBuilder.insert(claimOpenings).values({ ...opening, note: sealed }));
		},

		/**
		 * Where whoever has the claim has looked at it and passes it on undecided: an opening that is over,
		 * for the data protection officer. Otherwise taking a claim would be a look without a reason.
		 */
		async insertGivenBack(given: {
			readonly id: string;
			readonly claimId: string;
			readonly personId: string;
			readonly accountId: string;
			readonly nowMs: number;
		}): Promise<Write> {
			const { id, claimId, personId, accountId, nowMs } = given;
			const note = await cipher.sealJson(noteCell(id, personId), '');
			return write(
				sqlBuilder.insert(claimOpenings).select(
					sqlBuilder
						.select({
							id: sql<string>`${id}`.as('id'),
							claimId: claimLooks.claimId,
							accountId: claimLooks.accountId,
							reason: sql<OpeningReason>`${GIVEN_BACK}`.as('reason'),
							note: sql<Uint8Array>`${note}`.as('note'),
							// Over at this very moment: it must open nothing.
							openedAtMs: sql<number>`min(min(${claimLooks.atMs}), ${nowMs - 1})`.as(
								'opened_at_ms'
							),
							endsAtMs: sql<number>`${nowMs}`.as('ends_at_ms'),
							reviewedAtMs: sql<number | null>`null`.as('reviewed_at_ms'),
							reviewedBy: sql<string | null>`null`.as('reviewed_by')
						})
						.from(claimLooks)
						.innerJoin(claims, eq(claims.id, claimLooks.claimId))
						.where(
							and(
								eq(claimLooks.claimId, claimId),
								eq(claimLooks.accountId, accountId),
								isNull(claimLooks.openingId),
								eq(claims.assigneeId, accountId),
								isNull(claims.decidedAtMs),
								gte(claimLooks.atMs, claims.assignedAtMs)
							)
						)
						.groupBy(claimLooks.claimId, claimLooks.accountId)
				)
			);
		},

		/** The newest looks at one claim of this account. */
		listLooks(claimId: string, ownerAccountId: string): Read<readonly StoredLook[]> {
			return read(
				sqlBuilder
					.select({
						atMs: claimLooks.atMs,
						accountId: claimLooks.accountId,
						role: claimLooks.role,
						reason: claimOpenings.reason
					})
					.from(claimLooks)
					.innerJoin(claims, eq(claims.id, claimLooks.claimId))
					.leftJoin(claimOpenings, eq(claimOpenings.id, claimLooks.openingId))
					.where(and(eq(claimLooks.claimId, claimId), eq(claims.accountId, ownerAccountId)))
					.orderBy(desc(claimLooks.atMs))
					.limit(LOOKS_LIMIT),
				(rows) => rows.flatMap(({ role, ...look }) => (isStaff(role) ? [{ role, ...look }] : []))
			);
		},

		/**
		 * When a claim of this account was taken into review: the first look of whoever had it, for that
		 * look is what moves its state. Null before. Looks with a reason move nothing and do not count.
		 */
		findReviewStart(claimId: string, ownerAccountId: string): Read<number | null> {
			return read(
				sqlBuilder
					.select({ atMs: claimLooks.atMs })
					.from(claimLooks)
					.innerJoin(claims, eq(claims.id, claimLooks.claimId))
					.where(
						and(
							eq(claimLooks.claimId, claimId),
							eq(claims.accountId, ownerAccountId),
							isNull(claimLooks.openingId)
						)
					)
					.orderBy(asc(claimLooks.atMs))
					.limit(1),
				([row]) => row?.atMs ?? null
			);
		},

		/** Openings nobody has checked yet, the oldest first. */
		listToReview(): Read<readonly Opening[]> {
			const looker = alias(accounts, 'looker');
			const lookerPerson = alias(people, 'looker_person');
			const keyHolder = alias(people, 'key_holder');
			return read(
				sqlBuilder
					.select({
						opening: claimOpenings,
						claimNumber: claims.number,
						role: looker.role,
						lookerPerson,
						keyHolder,
						looks: sql<number>`(select count(*) from ${claimLooks} l where l.opening_id = "claim_openings"."id"
							or ("claim_openings"."reason" = ${GIVEN_BACK} and l.opening_id is null
								and l.claim_id = "claim_openings"."claim_id" and l.account_id = "claim_openings"."account_id"
								and l.at_ms between "claim_openings"."opened_at_ms" and "claim_openings"."ends_at_ms"))`
					})
					.from(claimOpenings)
					.innerJoin(claims, eq(claims.id, claimOpenings.claimId))
					.innerJoin(keyHolder, eq(keyHolder.id, claims.personId))
					.innerJoin(looker, eq(looker.id, claimOpenings.accountId))
					.innerJoin(lookerPerson, eq(lookerPerson.id, looker.personId))
					.where(isNull(claimOpenings.reviewedAtMs))
					.orderBy(asc(claimOpenings.openedAtMs), asc(claimOpenings.id))
					.limit(OPENINGS_PAGE),
				(rows) =>
					Promise.all(
						rows.map(async ({ opening, keyHolder: owner, role, ...row }) => {
							await cipher.learn(owner.id, owner);
							const note = await cipher.openJson(noteCell(opening.id, owner.id), opening.note);
							if (!isStaff(role)) throw new Error('an opening by somebody who is not of the staff');
							return {
								id: opening.id,
								claimNumber: row.claimNumber,
								accountId: opening.accountId,
								staffName: await openName(cipher, row.lookerPerson),
								role,
								reason: opening.reason,
								note: v.parse(v.string(), note),
								openedAtMs: opening.openedAtMs,
								looks: row.looks
							};
						})
					)
			);
		},

		requireOpening: (id: string, unmet: Unmet): Write => requireEntry(claimOpenings, id, unmet),

		review: (id: string, reviewerId: string, nowMs: number): Write =>
			reviewEntry(claimOpenings, id, { reviewerId, nowMs })
	};
}
