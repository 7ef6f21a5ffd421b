import { and, count, desc, eq, gte, isNull, sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { payouts } from '#lib/server/db/tables/payouts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { DAY_MS, type CalendarDate } from '#lib/domain/calendar.ts';

/** People a chart can show and be read. */
const WORKERS_LIMIT = 20;

/** A claim keeps the instant of its last decision only; that of a corrected one's first is in its first statement. */
const firstDecidedAtMs = sql<number>`case when exists (select 1 from claim_reviews r where r.claim_id = "claims"."id" and r.closed_at_ms is not null)
	then coalesce((select min(d.created_at_ms) from documents d where d.claim_id = "claims"."id" and d.kind = 'benefit-statement'), "claims"."decided_at_ms")
	else "claims"."decided_at_ms" end`;
/** Whole days from a claim to its first decision. */
const days = sql<number>`cast((${firstDecidedAtMs} - ${claims.submittedAtMs}) / ${DAY_MS} as integer)`;
/** The last decision is never before the first: what an index finds by it is more than enough. */
const isFirstDecidedSince = (sinceMs: number) =>
	and(gte(claims.decidedAtMs, sinceMs), sql`${firstDecidedAtMs} >= ${sinceMs}`);

export type RequestCounts = {
	/** Asked for, not come yet, and the day named for it is still ahead. */
	readonly documentsInTime: number;
	readonly documentsLate: number;
	readonly documentsAnswered: number;
	readonly contractRequests: number;
	readonly inquiries: number;
};
const NO_REQUESTS: RequestCounts = {
	...{ documentsInTime: 0, documentsLate: 0, documentsAnswered: 0 },
	...{ contractRequests: 0, inquiries: 0 }
};

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

		/** Whole days of the last first decisions since an instant, as many as are asked for at most. */
		listDecisionDays(sinceMs: number, limit: number): Read<readonly number[]> {
			return read(
				sqlBuilder
					.select({ days })
					.from(claims)
					.where(isFirstDecidedSince(sinceMs))
					.orderBy(desc(claims.decidedAtMs))
					.limit(limit),
				(rows) => rows.map((row) => row.days)
			);
		},

		/** First decisions since an instant, by the whole days they took and by whether rules have made them. */
		countDecided(
			sinceMs: number
		): Read<readonly { days: number; isByRules: boolean; count: number }[]> {
			// Not `decidedBy`: a correction puts a person there.
			const isByRules = sql<number>`(${claims.checkedByRulesAtMs} is not null and ${claims.leftToPeople} is null)`;
			return read(
				sqlBuilder
					.select({ days, isByRules, count: count() })
					.from(claims)
					.where(isFirstDecidedSince(sinceMs))
					.groupBy(days, isByRules),
				(rows) => rows.map((row) => ({ ...row, isByRules: row.isByRules === 1 }))
			);
		},

		/** Documents that were asked for, by whether they came, and what else waits for an answer. */
		countRequests(today: CalendarDate, sinceMs: number): Read<RequestCounts> {
			const isAsked = sql`from document_requests where answered_at_ms is null and withdrawn_at_ms is null`;
			return read(
				sqlBuilder
					.select({
						documentsInTime: sql<number>`(select count(*) ${isAsked} and due_on >= ${today})`.as(
							'a'
						),
						documentsLate: sql<number>`(select count(*) ${isAsked} and due_on < ${today})`.as('b'),
						documentsAnswered:
							sql<number>`(select count(*) from document_requests where answered_at_ms >= ${sinceMs})`.as(
								'c'
							),
						contractRequests:
							sql<number>`(select count(*) from contract_requests where state = 'open')`.as('d'),
						inquiries:
							sql<number>`(select count(*) from coverage_inquiries where state = 'open')`.as('e')
					})
					.from(sql`(select 1)`),
				([row]) => row ?? NO_REQUESTS
			);
		},

		/** What was paid out from each instant to the next, by currency. */
		sumPaid(
			fromMs: readonly number[]
		): Read<
			readonly { readonly currency: string; readonly at: number; readonly amountMinor: number }[]
		> {
			const at = sql<number>`(${sql.join(
				fromMs.map((beginMs) => sql`(${payouts.paidAtMs} >= ${beginMs})`),
				sql` + `
			)}) - 1`;
			return read(
				sqlBuilder
					.select({
						currency: payouts.currency,
						at,
						amountMinor: sql<number>`sum(${payouts.amountMinor})`
					})
					.from(payouts)
					.where(and(eq(payouts.state, 'paid'), gte(payouts.paidAtMs, fromMs[0] ?? 0)))
					.groupBy(payouts.currency, at),
				(rows) => rows
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
