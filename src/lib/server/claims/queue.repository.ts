import { and, asc, count, desc, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import {
	calendarDateSchema,
	claimContentSchema,
	type ClaimContent
} from '#lib/domain/claims/claim.schema.ts';
import type { RequestTimes } from '#lib/domain/claims/document-request.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { personsOfClaim } from '#lib/domain/claims/insured-persons.ts';
import type { QueueCursor, QueueOrder } from '#lib/domain/claims/queue.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openName, peopleNamed } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { advanceRequests } from '#lib/server/db/tables/advance-requests.ts';
import { claimCoInsured, claimFiles, claims } from '#lib/server/db/tables/claims.ts';
import { claimReviews } from '#lib/server/db/tables/claim-reviews.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

/** A claim in the queue: enough to choose it, nothing about health. */
export type QueuedClaim = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly submittedAtMs: number;
	readonly insuredPersonName: string;
	/** It hands in bills of others besides. */
	readonly isOfSeveral: boolean;
	/** Typed in by somebody here, from paper. */
	readonly cameByPost: boolean;
	readonly assignee: { readonly id: string; readonly name: string } | null;
	readonly invoices: ClaimContent['invoices'];
	readonly fileCount: number;
	/** What the legal clock asks about documents that were waited for. */
	readonly requests: readonly RequestTimes[];
	/** When its oldest open review began; null without one. */
	readonly reviewedSinceMs: number | null;
	/** When an advance was demanded that nobody has answered; null without one. */
	readonly advanceAskedAtMs: number | null;
};

/** Which open claims, in which order. */
export type QueuePart = {
	/** Null: what nobody has; left out: everybody's. */
	readonly assigneeId?: string | null | undefined;
	/** Only what came in before this instant; null for all. */
	readonly beforeMs: number | null;
	/** One state; null for all open ones. */
	readonly state: ClaimState | null;
	readonly order: QueueOrder;
};

const requestTimesSchema = v.array(
	v.object({
		dueOn: calendarDateSchema,
		answeredAtMs: v.nullable(v.number()),
		withdrawnAtMs: v.nullable(v.number())
	})
);

const keyHolder = alias(people, 'key_holder');
const insured = alias(people, 'insured');
const assignee = alias(accounts, 'assignee');
const assigneePerson = alias(people, 'assignee_person');

/** Claims that the list of open ones does not show, or does not tell apart. */
export type QueueApart = { readonly reviewed: number; readonly advance: number };

export type QueueRepository = ReturnType<typeof createQueueRepository>;

/** The queue of all customers' claims. No access check: the service's permission is for every claim. */
export function createQueueRepository(cipher: Cipher) {
	const selectQueued = () =>
		sqlBuilder
			.select({
				claim: claims,
				keyHolder,
				insured,
				assigneePerson,
				// The only table inside the parentheses, or drizzle drops the table names of the outside.
				fileCount: sql<number>`(${sqlBuilder
					.select({ files: count() })
					.from(claimFiles)
					.where(eq(claimFiles.claimId, sql`"claims"."id"`))})`,
				requests: sql<string>`(select json_group_array(json_object(
					'dueOn', d.due_on, 'answeredAtMs', d.answered_at_ms, 'withdrawnAtMs', d.withdrawn_at_ms
				)) from ${documentRequests} d where d.claim_id = "claims"."id")`,
				reviewedSinceMs: sql<
					number | null
				>`(select min(r.opened_at_ms) from claim_reviews r where r.claim_id = "claims"."id" and r.closed_at_ms is null)`,
				advanceAskedAtMs: sql<
					number | null
				>`(select a.asked_at_ms from advance_requests a where a.claim_id = "claims"."id" and a.answered_at_ms is null)`
			})
			.from(claims)
			.innerJoin(keyHolder, eq(keyHolder.id, claims.personId))
			.innerJoin(insured, eq(insured.id, claims.insuredPersonId))
			.leftJoin(assignee, eq(assignee.id, claims.assigneeId))
			.leftJoin(assigneePerson, eq(assigneePerson.id, assignee.personId))
			.$dynamic();
	type QueuedRow = {
		claim: typeof claims.$inferSelect;
		keyHolder: typeof people.$inferSelect;
		insured: typeof people.$inferSelect;
		assigneePerson: typeof people.$inferSelect | null;
		fileCount: number;
		requests: string;
		reviewedSinceMs: number | null;
		advanceAskedAtMs: number | null;
	};
	const openQueued = async (row: QueuedRow): Promise<QueuedClaim> => {
		await cipher.learn(row.keyHolder.id, row.keyHolder);
		const { id, personId, content } = row.claim;
		const cell = { table: 'claims', column: 'content', rowId: id, personId };
		const told = v.parse(claimContentSchema, await cipher.openJson(cell, content));
		return {
			id: row.claim.id,
			number: row.claim.number,
			state: row.claim.state,
			submittedAtMs: row.claim.submittedAtMs,
			insuredPersonName: await openName(cipher, row.insured),
			isOfSeveral: personsOfClaim(told).length > 1,
			cameByPost: row.claim.capturedAtMs !== null,
			assignee:
				row.claim.assigneeId && row.assigneePerson
					? { id: row.claim.assigneeId, name: await openName(cipher, row.assigneePerson) }
					: null,
			invoices: told.invoices,
			fileCount: row.fileCount,
			requests: v.parse(requestTimesSchema, JSON.parse(row.requests)),
			reviewedSinceMs: row.reviewedSinceMs,
			advanceAskedAtMs: row.advanceAskedAtMs
		};
	};

	return {
		/**
		 * Open claims behind the cursor. Each filter has an index whose order is the order of the page,
		 * so that a page costs the same however many claims there are.
		 */
		listOpen(
			after: QueueCursor | null,
			limit: number,
			part: QueuePart
		): Read<readonly QueuedClaim[]> {
			const isOldestFirst = part.order === 'oldest';
			const direction = isOldestFirst ? asc : desc;
			// As a row value, which the index of open claims can be entered with.
			const isBehind =
				after &&
				(isOldestFirst
					? sql`(${claims.submittedAtMs}, ${claims.id}) > (${after.submittedAtMs}, ${after.id})`
					: sql`(${claims.submittedAtMs}, ${claims.id}) < (${after.submittedAtMs}, ${after.id})`);
			return read(
				selectQueued()
					.where(
						and(
							isNull(claims.decidedAtMs),
							part.state === null ? undefined : eq(claims.state, part.state),
							part.assigneeId === undefined
								? undefined
								: sql`${claims.assigneeId} is ${part.assigneeId}`,
							part.beforeMs === null ? undefined : lt(claims.submittedAtMs, part.beforeMs),
							isBehind ?? undefined
						)
					)
					.orderBy(direction(claims.submittedAtMs), direction(claims.id))
					.limit(limit),
				(rows) => Promise.all(rows.map(openQueued))
			);
		},

		/** Decided claims with an open review, the one that waits longest first. */
		listReviewed(limit: number): Read<readonly QueuedClaim[]> {
			return read(
				selectQueued()
					.innerJoin(
						claimReviews,
						and(eq(claimReviews.claimId, claims.id), isNull(claimReviews.closedAtMs))
					)
					.orderBy(asc(claimReviews.openedAtMs), asc(claimReviews.id))
					.limit(limit),
				async (rows) => {
					// Two objections to one claim are one piece of work.
					const once = rows.filter(
						(row, index) => rows.findIndex((one) => one.claim.id === row.claim.id) === index
					);
					return Promise.all(once.map(openQueued));
				}
			);
		},

		/** How many claims wait on the pages of their own, so that nobody has to look whether there are any. */
		countApart(): Read<QueueApart> {
			return read(
				sqlBuilder
					.select({
						reviewed: sql<number>`(select count(distinct ${claimReviews.claimId}) from ${claimReviews} where ${claimReviews.closedAtMs} is null)`,
						advance: sql<number>`(select count(*) from ${advanceRequests} where ${advanceRequests.answeredAtMs} is null)`
					})
					.from(sql`(select 1)`),
				(rows) => rows[0] ?? { reviewed: 0, advance: 0 }
			);
		},

		/** Open claims with an advance that was demanded, the demand that waits longest first. */
		listAdvances(limit: number): Read<readonly QueuedClaim[]> {
			return read(
				selectQueued()
					.innerJoin(
						advanceRequests,
						and(eq(advanceRequests.claimId, claims.id), isNull(advanceRequests.answeredAtMs))
					)
					.orderBy(asc(advanceRequests.askedAtMs), asc(advanceRequests.id))
					.limit(limit),
				(rows) => Promise.all(rows.map(openQueued))
			);
		},

		/**
		 * Claims of people in whose name each of these words occurs, in one of the ways it is written,
		 * the newest first, open and decided.
		 */
		async listByName(
			words: readonly (readonly string[])[],
			limit: number
		): Promise<Read<readonly QueuedClaim[]>> {
			const named = await peopleNamed(cipher, words);
			const isOfThem = sql`(${claims.insuredPersonId} in ${named}
				or ${claims.id} in (select i.claim_id from ${claimCoInsured} i where i.person_id in ${named}))`;
			return read(
				selectQueued()
					.where(isOfThem)
					.orderBy(desc(claims.submittedAtMs), desc(claims.id))
					.limit(limit),
				(rows) => Promise.all(rows.map(openQueued))
			);
		},

		/** Claims under the contract with this very number, the newest first, open and decided. */
		async listByPolicyNumber(
			policyNumber: string,
			limit: number
		): Promise<Read<readonly QueuedClaim[]>> {
			const contract = sqlBuilder
				.select({ id: contracts.id })
				.from(contracts)
				.where(
					inArray(
						contracts.policyNumberIndex,
						await cipher.blindIndexes('policy-number', policyNumber)
					)
				);
			return read(
				selectQueued()
					.where(inArray(claims.contractId, contract))
					.orderBy(desc(claims.submittedAtMs), desc(claims.id))
					.limit(limit),
				(rows) => Promise.all(rows.map(openQueued))
			);
		},

		/** The claim with this very number, open or decided; none or one. */
		listByNumber(number: string): Read<readonly QueuedClaim[]> {
			return read(selectQueued().where(eq(claims.number, number)), (rows) =>
				Promise.all(rows.map(openQueued))
			);
		}
	};
}
