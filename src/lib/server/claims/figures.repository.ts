import { and, count, desc, eq, gte, isNotNull, isNull, sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';

/** People a chart can show and be read. */
const WORKERS_LIMIT = 20;

/** A corrected decision says nothing about how long the first one took. */
const isFirstDecision = sql`not exists (select 1 from claim_reviews r where r.claim_id = "claims"."id" and r.closed_at_ms is not null)`;

export type FiguresRepository = ReturnType<typeof createFiguresRepository>;

/** Counts over all claims: nothing of any one of them. */
export function createFiguresRepository(cipher: Cipher) {
	return {
		/** Open claims in all, and those that came in before each of the instants. */
		countOpen(before: {
			readonly soon: number;
			readonly urgent: number;
			readonly overdue: number;
		}): Read<{ all: number; soon: number; urgent: number; overdue: number }> {
			const older = (beforeMs: number) =>
				sql<number>`coalesce(sum(${claims.submittedAtMs} < ${beforeMs}), 0)`;
			return read(
				sqlBuilder
					.select({
						all: count(),
						soon: older(before.soon),
						urgent: older(before.urgent),
						overdue: older(before.overdue)
					})
					.from(claims)
					.where(isNull(claims.decidedAtMs)),
				([row]) => row ?? { all: 0, soon: 0, urgent: 0, overdue: 0 }
			);
		},

		/** Whole days of the last decisions since an instant, as many as are asked for at most. */
		listDecisionDays(sinceMs: number, limit: number): Read<readonly number[]> {
			const days = sql<number>`cast((${claims.decidedAtMs} - ${claims.submittedAtMs}) / ${DAY_MS} as integer)`;
			return read(
				sqlBuilder
					.select({ days })
					.from(claims)
					.where(
						and(isNotNull(claims.decidedAtMs), gte(claims.decidedAtMs, sinceMs), isFirstDecision)
					)
					.orderBy(desc(claims.decidedAtMs))
					.limit(limit),
				(rows) => rows.map((row) => row.days)
			);
		},

		/** Decisions since an instant, by the whole days they took and by whether rules have made them. */
		countDecided(
			sinceMs: number
		): Read<readonly { days: number; isByRules: boolean; count: number }[]> {
			const isByRules = sql<number>`${claims.decidedBy} is null`;
			const days = sql<number>`cast((${claims.decidedAtMs} - ${claims.submittedAtMs}) / ${DAY_MS} as integer)`;
			return read(
				sqlBuilder
					.select({ days, isByRules, count: count() })
					.from(claims)
					.where(and(gte(claims.decidedAtMs, sinceMs), isFirstDecision))
					.groupBy(days, isByRules),
				(rows) => rows.map((row) => ({ ...row, isByRules: row.isByRules === 1 }))
			);
		},

		/** Open claims of each who has some, most first; the name is null for those nobody has taken. */
		countByAssignee(): Read<readonly { name: string | null; count: number }[]> {
			const open = count();
			return read(
				sqlBuilder
					.select({ count: open, person: people })
					.from(claims)
					.leftJoin(accounts, eq(accounts.id, claims.assigneeId))
					.leftJoin(people, eq(people.id, accounts.personId))
					.where(and(isNull(claims.decidedAtMs)))
					.groupBy(claims.assigneeId)
					.orderBy(desc(open))
					.limit(WORKERS_LIMIT),
				(rows) =>
					Promise.all(
						rows.map(async ({ person, ...row }) => ({
							name: person && (await openName(cipher, person)),
							count: row.count
						}))
					)
			);
		}
	};
}
