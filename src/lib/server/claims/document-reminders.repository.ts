import { and, asc, eq, isNull, lt, lte, min, ne, or, sql, type SQL } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { firstReminderUntil, REMINDERS } from '#lib/domain/claims/document-reminder.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import { people } from '#lib/server/db/tables/people.ts';

const REMINDED = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;

export type UnremindedClaim = {
	readonly id: string;
	readonly number: string;
	readonly accountId: string;
};

const { dueOn, reminders, answeredAtMs, withdrawnAtMs } = documentRequests;

/** Of requests that wait for their document: one whose turn a reminder is. */
const isDue = (today: CalendarDate): SQL | undefined =>
	and(
		isNull(answeredAtMs),
		isNull(withdrawnAtMs),
		// In the words of the index, or it is not used.
		sql`${reminders} < 2`,
		or(lt(dueOn, today), and(eq(reminders, 0), lte(dueOn, firstReminderUntil(today))))
	);

export type DocumentRemindersRepository = typeof documentRemindersRepository;

/** Claims whose owners are reminded of documents. Nothing of what is in them. */
export const documentRemindersRepository = {
	/** The longest waiting first, that somebody is there to be told of. */
	listUnreminded(today: CalendarDate, limit: number): Read<readonly UnremindedClaim[]> {
		const { id, number, accountId } = claims;
		return read(
			sqlBuilder
				.select({ id, number, accountId })
				.from(documentRequests)
				.innerJoin(claims, eq(claims.id, documentRequests.claimId))
				.innerJoin(accounts, eq(accounts.id, accountId))
				.innerJoin(people, eq(people.id, accounts.personId))
				.where(
					and(
						isDue(today),
						eq(claims.state, 'documents_requested'),
						eq(accounts.status, 'active'),
						// Erasure leaves an empty key behind: nothing of this person opens any more.
						ne(people.wrappedKey, new Uint8Array()),
						isWithinMandate(sql`${accountId}`, claims.contractId, today)
					)
				)
				.groupBy(id)
				.orderBy(asc(min(dueOn)), asc(id))
				.limit(limit),
			(rows) => rows
		);
	},

	/**
	 * Once each: undoes the batch of whoever comes second, and where the documents came meanwhile. All
	 * that is due of the claim, in one letter.
	 */
	markReminded(claimId: string, today: CalendarDate, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(documentRequests)
				.set({
					reminders: sql`case when ${dueOn} < ${today} then ${REMINDERS.length} else 1 end`,
					remindedAtMs: nowMs
				})
				.where(and(eq(documentRequests.claimId, claimId), isDue(today))),
			REMINDED
		);
	}
};
