import { and, asc, eq, inArray, isNull, notExists, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Actor } from '#lib/domain/actor.ts';
import { parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import type { HoldEndReason, HoldReason, HoldSubject } from '#lib/domain/privacy/legal-hold.ts';
import { isOwnOf } from '#lib/server/claims/own-claims.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	joinWrites,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { legalHolds } from '#lib/server/db/tables/privacy.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

/** Holds of one page: more at once would be a policy, not exceptions. */
export const HOLDS_LIMIT = 200;

const EXISTS = { kind: 'conflict', code: 'privacy/hold-exists' } as const satisfies Unmet;
const OWN = { kind: 'forbidden', code: 'claims/own-claim' } as const satisfies Unmet;
const ENDED = { kind: 'conflict', code: 'privacy/hold-ended' } as const satisfies Unmet;

/** A hold that keeps something from deletion, as staff see it. */
export type ActiveHold = {
	readonly id: string;
	readonly subject: HoldSubject;
	/** Claim number, masked policy number or the customer's name; null where the row is gone. */
	readonly on: string | null;
	readonly reason: HoldReason;
	readonly reviewOn: CalendarDate;
	readonly placedAtMs: number;
	/** Null where whoever set it has no account any more. */
	readonly placedByName: string | null;
	/** Claims with everything that hangs on them. */
	readonly claimCount: number;
};

export type NewHold = {
	readonly id: string;
	readonly subject: HoldSubject;
	readonly subjectId: string;
	readonly reason: HoldReason;
	readonly reviewOn: string;
	readonly placedBy: string;
	readonly placedAtMs: number;
};

const placer = alias(accounts, 'placer');
const placerPerson = alias(people, 'placer_person');
const holder = alias(accounts, 'holder');
const holderPerson = alias(people, 'holder_person');
const policyholder = alias(people, 'policyholder');

const countClaims = (isTheirs: SQL) => sql`(select count(*) from ${claims} held where ${isTheirs})`;
const claimCount = sql<number>`case ${legalHolds.subject}
	when 'claim' then ${countClaims(sql`held.id = "legal_holds"."subject_id"`)}
	when 'contract' then ${countClaims(sql`held.contract_id = "legal_holds"."subject_id"`)}
	else ${countClaims(sql`held.account_id = "legal_holds"."subject_id"`)} end`;

export type HoldsRepository = ReturnType<typeof createHoldsRepository>;

/** Legal holds for the staff who set and end them; the retention asks `isFree`. */
export function createHoldsRepository(cipher: Cipher) {
	return {
		/** Holds that are not over, those first that have to be looked at soonest. */
		listActive(): Read<readonly ActiveHold[]> {
			return read(
				sqlBuilder
					.select({
						hold: legalHolds,
						claimNumber: claims.number,
						...{ contract: contracts, policyholder, holderPerson, placerPerson, claimCount }
					})
					.from(legalHolds)
					.leftJoin(claims, eq(claims.id, legalHolds.subjectId))
					.leftJoin(contracts, eq(contracts.id, legalHolds.subjectId))
					.leftJoin(policyholder, eq(policyholder.id, contracts.policyholderId))
					.leftJoin(holder, eq(holder.id, legalHolds.subjectId))
					.leftJoin(holderPerson, eq(holderPerson.id, holder.personId))
					.leftJoin(placer, eq(placer.id, legalHolds.placedBy))
					.leftJoin(placerPerson, eq(placerPerson.id, placer.personId))
					.where(isNull(legalHolds.liftedAtMs))
					.orderBy(asc(legalHolds.reviewOn), asc(legalHolds.id))
					.limit(HOLDS_LIMIT),
				(rows) =>
					Promise.all(
						rows.map(async ({ hold, ...row }) => ({
							...{ id: hold.id, subject: hold.subject, reason: hold.reason },
							on:
								row.claimNumber ??
								(row.contract && row.policyholder
									? maskPolicyNumber(await openPolicyNumber(cipher, row.contract, row.policyholder))
									: row.holderPerson && (await openName(cipher, row.holderPerson))),
							reviewOn: requireDate(hold.reviewOn),
							placedAtMs: hold.placedAtMs,
							placedByName: row.placerPerson && (await openName(cipher, row.placerPerson)),
							claimCount: row.claimCount
						}))
					)
			);
		},

		/** What a claim number, a policy number or an address stands for; null for nothing here. */
		async findSubject(subject: HoldSubject, key: string): Promise<Read<string | null>> {
			const first = (rows: readonly { readonly id: string }[]) => rows[0]?.id ?? null;
			switch (subject) {
				case 'claim':
					return read(
						sqlBuilder.select({ id: claims.id }).from(claims).where(eq(claims.number, key)),
						first
					);
				case 'contract': {
					const indexes = await cipher.blindIndexes('policy-number', key);
					return read(
						sqlBuilder
							.select({ id: contracts.id })
							.from(contracts)
							.where(inArray(contracts.policyNumberIndex, indexes)),
						first
					);
				}
				case 'account': {
					const indexes = await cipher.blindIndexes('email', normaliseEmail(key));
					return read(
						sqlBuilder
							.select({ id: accounts.id })
							.from(accounts)
							.where(and(inArray(accounts.emailIndex, indexes), eq(accounts.role, 'customer'))),
						first
					);
				}
				default:
					return subject satisfies never;
			}
		},

		/** One hold on one thing: a second one would keep it when the first has ended. None on one's own (Z7). */
		place(hold: NewHold, by: Actor): Write {
			const same = sqlBuilder
				.select({ found: sql`1` })
				.from(legalHolds)
				.where(and(eq(legalHolds.subjectId, hold.subjectId), isNull(legalHolds.liftedAtMs)));
			return joinWrites(
				requireForeign(sql`${hold.subjectId}`, by),
				requireFound(
					sqlBuilder
						.select({ found: sql`1` })
						.from(ONE)
						.where(notExists(same)),
					EXISTS
				),
				write(sqlBuilder.insert(legalHolds).values(hold))
			);
		},

		/** Ends it, once, and nobody that on their own (Z7). */
		lift(
			id: string,
			end: { readonly by: Actor; readonly reason: HoldEndReason; readonly nowMs: number }
		): Write {
			return joinWrites(
				requireForeign(
					sql`(select ${legalHolds.subjectId} from ${legalHolds} where ${legalHolds.id} = ${id})`,
					end.by
				),
				writeIfHolds(
					sqlBuilder
						.update(legalHolds)
						.set({ liftedAtMs: end.nowMs, liftedBy: end.by.accountId, liftReason: end.reason })
						.where(and(eq(legalHolds.id, id), isNull(legalHolds.liftedAtMs))),
					ENDED
				)
			);
		}
	};
}

/**
 * Undoes the batch where the hold is on a claim, contract or account of the actor's own: whoever is in a
 * dispute with us must neither keep nor free its records.
 */
function requireForeign(subjectId: SQL, { accountId, personId }: Actor): Write {
	const isOwn = sql`${subjectId} = ${accountId}
		or exists (select 1 from accounts a where a.id = ${subjectId} and a.person_id = ${personId})
		or exists (select 1 from ${claims} where ${claims.id} = ${subjectId}
			and ${isOwnOf(sql`${accountId}`, sql`${personId}`)})
		or exists (select 1 from contracts k where k.id = ${subjectId} and (
			k.policyholder_id = ${personId}
			or exists (select 1 from insured_persons i where i.contract_id = k.id and i.person_id = ${personId})
			or exists (select 1 from staff_own_contracts s where s.contract_id = k.id and s.account_id = ${accountId})))`;
	return requireFound(
		sqlBuilder
			.select({ found: sql`1` })
			.from(ONE)
			.where(sql`not coalesce((${isOwn}), 0)`),
		OWN
	);
}

/** A table with one row, for a condition that stands alone. */
const ONE = sql`(select 1)`;

function requireDate(text: string): CalendarDate {
	const date = parseCalendarDate(text);
	if (date === null) throw new Error('a stored date is not a calendar date');
	return date;
}
