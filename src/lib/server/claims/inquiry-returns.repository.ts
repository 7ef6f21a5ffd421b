import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { isStaff, type StaffRole } from '#lib/domain/actor.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Unmet, type Write } from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import {
	coverageInquiries,
	coverageInquiryLooks,
	coverageInquiryReturns
} from '#lib/server/db/tables/coverage-inquiries.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { requireEntry, reviewEntry } from './checked-looks.ts';

/** An inquiry that was read and put back, as the data protection officer checks it. */
export type InquiryReturn = {
	readonly id: string;
	readonly reference: string;
	readonly accountId: string;
	readonly staffName: string;
	readonly role: StaffRole;
	readonly firstLookAtMs: number;
	readonly looks: number;
};

export type InquiryReturnsRepository = ReturnType<typeof createInquiryReturnsRepository>;

/** Inquiries that were taken, read and put back without an answer (Z6, decision 0071). */
export function createInquiryReturnsRepository(cipher: Cipher) {
	return {
		/**
		 * Where whoever has the inquiry has looked at it since they last put it back: an entry. No row
		 * where it was never looked at. In the batch that puts it back, and before it.
		 */
		insert(id: string, inquiryId: string, nowMs: number): Write {
			const lastReturn = sql`coalesce((select max(r.returned_at_ms) from ${coverageInquiryReturns} r
				where r.inquiry_id = "coverage_inquiries"."id"
					and r.account_id = "coverage_inquiries"."assignee_id"), -1)`;
			return write(
				sqlBuilder.insert(coverageInquiryReturns).select(
					sqlBuilder
						.select({
							id: sql<string>`${id}`.as('id'),
							inquiryId: coverageInquiryLooks.inquiryId,
							accountId: coverageInquiryLooks.accountId,
							firstLookAtMs: sql<number>`min(${coverageInquiryLooks.atMs})`.as('first_look_at_ms'),
							returnedAtMs: sql<number>`${nowMs}`.as('returned_at_ms'),
							reviewedAtMs: sql<number | null>`null`.as('reviewed_at_ms'),
							reviewedBy: sql<string | null>`null`.as('reviewed_by')
						})
						.from(coverageInquiryLooks)
						.innerJoin(coverageInquiries, eq(coverageInquiries.id, coverageInquiryLooks.inquiryId))
						.where(
							and(
								eq(coverageInquiries.id, inquiryId),
								eq(coverageInquiries.state, 'open'),
								eq(coverageInquiryLooks.accountId, coverageInquiries.assigneeId),
								sql`${coverageInquiryLooks.atMs} > ${lastReturn}`
							)
						)
						.groupBy(coverageInquiryLooks.inquiryId, coverageInquiryLooks.accountId)
				)
			);
		},

		/** Entries nobody has checked yet, the oldest first. */
		listToReview(limit: number): Read<readonly InquiryReturn[]> {
			const looker = alias(accounts, 'looker');
			const lookerPerson = alias(people, 'looker_person');
			return read(
				sqlBuilder
					.select({
						entry: coverageInquiryReturns,
						reference: coverageInquiries.reference,
						role: looker.role,
						lookerPerson,
						looks: sql<number>`(select count(*) from ${coverageInquiryLooks} l
							where l.inquiry_id = "coverage_inquiry_returns"."inquiry_id"
								and l.account_id = "coverage_inquiry_returns"."account_id"
								and l.at_ms between "coverage_inquiry_returns"."first_look_at_ms"
									and "coverage_inquiry_returns"."returned_at_ms")`
					})
					.from(coverageInquiryReturns)
					.innerJoin(coverageInquiries, eq(coverageInquiries.id, coverageInquiryReturns.inquiryId))
					.innerJoin(looker, eq(looker.id, coverageInquiryReturns.accountId))
					.innerJoin(lookerPerson, eq(lookerPerson.id, looker.personId))
					.where(isNull(coverageInquiryReturns.reviewedAtMs))
					.orderBy(asc(coverageInquiryReturns.firstLookAtMs), asc(coverageInquiryReturns.id))
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(async ({ entry, reference, role, looks, ...row }) => {
							if (!isStaff(role)) throw new Error('a look by somebody who is not of the staff');
							return {
								...{ id: entry.id, reference, accountId: entry.accountId, role, looks },
								staffName: await openName(cipher, row.lookerPerson),
								firstLookAtMs: entry.firstLookAtMs
							};
						})
					)
			);
		},

		require: (id: string, unmet: Unmet): Write => requireEntry(coverageInquiryReturns, id, unmet),

		review: (id: string, reviewerId: string, nowMs: number): Write =>
			reviewEntry(coverageInquiryReturns, id, { reviewerId, nowMs })
	};
}
