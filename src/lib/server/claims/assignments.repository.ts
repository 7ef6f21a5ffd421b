import { and, asc, eq, inArray, isNull, or, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { isStaff, type Actor, type StaffRole } from '#lib/domain/actor.ts';
import { DESK_ROLES } from '#lib/domain/claims/access.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { isOwnOf } from './own-claims.ts';
import { hasOpenReview } from './reviews.repository.ts';

/** Far above the clerks of one desk. */
const MAX_COLLEAGUES = 200;

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const OWN = { kind: 'forbidden', code: 'claims/own-claim' } as const satisfies Unmet;
const UNSUITABLE = {
	kind: 'conflict',
	code: 'claims/assignee-unsuitable'
} as const satisfies Unmet;
const MEANWHILE = { kind: 'conflict', code: 'claims/assigned-meanwhile' } as const satisfies Unmet;

export type Colleague = {
	readonly id: string;
	readonly name: string;
	readonly role: StaffRole;
};

/** What stands at the door of a claim: enough to choose how to come in, nothing about health. */
export type ClaimDoor = {
	readonly id: string;
	readonly number: string;
	readonly personId: string;
	/** Nothing is left to do: decided, and under no review. */
	readonly isDecided: boolean;
	readonly assignee: { readonly id: string; readonly name: string } | null;
};

/** What can be worked on by this person, or lie in the list for anybody. */
const isForWork = (assigneeId: string | null) =>
	or(
		isNull(claims.decidedAtMs),
		and(
			hasOpenReview(),
			assigneeId === null
				? undefined
				: or(sql`${claims.decidedBy} is not ${assigneeId}`, sql`not ${hasOpenReview('objection')}`)
		)
	);

const requireClaim = (id: string, condition: SQL | undefined, unmet: Unmet): Write =>
	requireFound(
		sqlBuilder
			.select({ id: claims.id })
			.from(claims)
			.where(and(eq(claims.id, id), condition)),
		unmet
	);

export type AssignmentsRepository = ReturnType<typeof createAssignmentsRepository>;

/** Who works on which claim (Z6). Nobody on their own (Z7): the conditions are in the SQL. */
export function createAssignmentsRepository(cipher: Cipher) {
	return {
		/** The claim's door; null where there is no claim. */
		findDoor(id: string): Read<ClaimDoor | null> {
			const assignee = alias(accounts, 'assignee');
			const assigneePerson = alias(people, 'assignee_person');
			const keyHolder = alias(people, 'key_holder');
			return read(
				sqlBuilder
					.select({
						...{ claim: claims, assigneePerson, keyHolder },
						isReviewed: sql<number>`${hasOpenReview()}`
					})
					.from(claims)
					.innerJoin(keyHolder, eq(keyHolder.id, claims.personId))
					.leftJoin(assignee, eq(assignee.id, claims.assigneeId))
					.leftJoin(assigneePerson, eq(assigneePerson.id, assignee.personId))
					.where(eq(claims.id, id)),
				async ([row]) => {
					if (!row) return null;
					await cipher.learn(row.keyHolder.id, row.keyHolder);
					const { claim, assigneePerson: person } = row;
					return {
						id: claim.id,
						number: claim.number,
						personId: claim.personId,
						isDecided: claim.decidedAtMs !== null && !row.isReviewed,
						assignee:
							claim.assigneeId && person
								? { id: claim.assigneeId, name: await openName(cipher, person) }
								: null
					};
				}
			);
		},

		/** Everybody a claim can be given to. */
		listColleagues(): Read<readonly Colleague[]> {
			return read(
				sqlBuilder
					.select({ id: accounts.id, role: accounts.role, person: people })
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(and(inArray(accounts.role, [...DESK_ROLES]), eq(accounts.status, 'active')))
					.orderBy(asc(accounts.id))
					.limit(MAX_COLLEAGUES),
				(rows) =>
					Promise.all(
						rows.flatMap(({ id, role, person }) =>
							isStaff(role) ? [openName(cipher, person).then((name) => ({ id, role, name }))] : []
						)
					)
			);
		},

		/** Undoes the batch where there is no such claim. */
		requireClaim: (id: string): Write => requireClaim(id, undefined, GONE),

		/** Undoes the batch when the claim is the actor's own. */
		requireForeign(id: string, { accountId, personId }: Actor): Write {
			return requireClaim(id, sql`not ${isOwnOf(sql`${accountId}`, sql`${personId}`)}`, OWN);
		},

		/** Undoes the batch unless the colleague decides claims here and this one is not their own. */
		requireSuitable(id: string, assigneeId: string): Write {
			const roles = sql.join(
				DESK_ROLES.map((role) => sql`${role}`),
				sql`, `
			);
			const condition = sql`exists (
				select 1 from ${accounts} a
				where a.id = ${assigneeId} and a.status = 'active' and a.role in (${roles})
					and not ${isOwnOf(sql`a.id`, sql`a.person_id`)}
			)`;
			return requireClaim(id, condition, UNSUITABLE);
		},

		/**
		 * Gives a claim that is undecided or under review to somebody, or to nobody with null. An objection
		 * is for somebody else than who decided. `from`: who must have it at this
		 * moment, null for nobody, `anybody` where a lead shares out the work.
		 */
		assign(id: string, assigneeId: string | null, from: string | null, nowMs: number): Write {
			const holder =
				from === 'anybody'
					? undefined
					: from === null
						? isNull(claims.assigneeId)
						: eq(claims.assigneeId, from);
			return writeIfHolds(
				sqlBuilder
					.update(claims)
					.set({ assigneeId, assignedAtMs: assigneeId === null ? null : nowMs })
					.where(and(eq(claims.id, id), isForWork(assigneeId), holder)),
				MEANWHILE
			);
		}
	};
}
