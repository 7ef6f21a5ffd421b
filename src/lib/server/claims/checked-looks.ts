// What the data protection officer checks: once, and never what they have done themselves (decision 0044).
import { and, eq, isNull, ne } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { requireFound, writeIfHolds, type Unmet, type Write } from '#lib/server/db/client.ts';
import type { claimOpenings } from '#lib/server/db/tables/claim-access.ts';
import type { coverageInquiryReturns } from '#lib/server/db/tables/coverage-inquiries.ts';

const REVIEWED = { kind: 'conflict', code: 'claims/opening-reviewed' } as const satisfies Unmet;

/** Undoes the batch with `unmet` where there is no such entry. */
export const requireEntry = (
	table: typeof claimOpenings | typeof coverageInquiryReturns,
	id: string,
	unmet: Unmet
): Write =>
	requireFound(sqlBuilder.select({ id: table.id }).from(table).where(eq(table.id, id)), unmet);

/** Marks an entry as checked, by anybody but whoever looked. */
export const reviewEntry = (
	table: typeof claimOpenings | typeof coverageInquiryReturns,
	id: string,
	by: { readonly reviewerId: string; readonly nowMs: number }
): Write =>
	writeIfHolds(
		sqlBuilder
			.update(table)
			.set({ reviewedAtMs: by.nowMs, reviewedBy: by.reviewerId })
			.where(and(eq(table.id, id), isNull(table.reviewedAtMs), ne(table.accountId, by.reviewerId))),
		REVIEWED
	);
