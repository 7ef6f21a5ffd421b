import { and, asc, eq, isNull, lte, sql, type SQL } from 'drizzle-orm';
import {
	AUTOMATIC_MOST_IN_WINDOW,
	automaticDueBefore,
	automaticWindowBegin,
	type AutomaticCheck,
	type ClaimBeside,
	type PersonReason
} from '#lib/domain/claims/automatic.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { advanceRequests } from '#lib/server/db/tables/advance-requests.ts';
import { accountLooks, claimLooks, claimOpenings } from '#lib/server/db/tables/claim-access.ts';
import { claimNotes, claimReviews } from '#lib/server/db/tables/claim-reviews.ts';
import { claimFiles, claims } from '#lib/server/db/tables/claims.ts';
import { staffOwnContracts } from '#lib/server/db/tables/contracts.ts';
import { conversations } from '#lib/server/db/tables/conversations.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import { files } from '#lib/server/db/tables/files.ts';
import { legalHolds } from '#lib/server/db/tables/privacy.ts';

/** Everything that says that somebody has a claim in hand or in sight. */
const TABLES_IN_HAND = [
	documentRequests,
	claimReviews,
	advanceRequests,
	claimNotes,
	conversations,
	claimLooks,
	claimOpenings,
	accountLooks
];

const countOf = (from: SQL): SQL<number> => sql<number>`(select count(*) from ${from})`;

/** What lies beside the row of `claims` at hand: read for the rules, and asked once more as it is decided. */
const besideOf = (nowMs: number): Readonly<Record<keyof ClaimBeside, SQL<number>>> => ({
	inHand: sql<number>`(${sql.join(
		[
			...TABLES_IN_HAND.map((table) => countOf(sql`${table} b where b.claim_id = "claims"."id"`)),
			countOf(sql`${legalHolds} h where h.lifted_at_ms is null
				and h.subject_id in ("claims"."id", "claims"."contract_id", "claims"."account_id")`)
		],
		sql` + `
	)})`,
	ofStaff: countOf(sql`${staffOwnContracts} s where s.contract_id = "claims"."contract_id"`),
	receipts: countOf(sql`${claimFiles} r where r.claim_id = "claims"."id"`),
	receiptsNotReleased: countOf(sql`${claimFiles} r join ${files} f on f.id = r.file_id
		where r.claim_id = "claims"."id" and (f.state <> 'complete' or f.released_at_ms is null)`),
	receiptsKnown: countOf(sql`${claimFiles} r join ${files} f on f.id = r.file_id
		join ${files} g on g.sha256 = f.sha256 join ${claimFiles} o on o.file_id = g.id
		where r.claim_id = "claims"."id" and o.claim_id <> r.claim_id`),
	decidedByRules: countOf(sql`${claims} d where (d.account_id = "claims"."account_id"
			or d.contract_id = "claims"."contract_id" or d.insured_person_id = "claims"."insured_person_id")
		and d.checked_by_rules_at_ms >= ${automaticWindowBegin(nowMs)} and d.left_to_people is null`)
});

/** In the words of the index, which holds nothing else: nobody has it, and no rule has seen it. */
const isUnchecked = and(
	sql`${claims.state} = 'submitted'`,
	isNull(claims.assigneeId),
	isNull(claims.checkedByRulesAtMs)
);

/** Whether rules may decide the row of `claims` at hand at this very moment, whatever was read before. */
export const isForRules = (nowMs: number): SQL | undefined => {
	const beside = besideOf(nowMs);
	return and(
		isUnchecked,
		isNull(claims.decidedAtMs),
		isNull(claims.capturedAtMs),
		lte(claims.submittedAtMs, automaticDueBefore(nowMs)),
		sql`${beside.inHand} = 0 and ${beside.ofStaff} = 0 and ${beside.receipts} > 0`,
		sql`${beside.receiptsNotReleased} = 0 and ${beside.receiptsKnown} = 0`,
		sql`${beside.decidedByRules} < ${AUTOMATIC_MOST_IN_WINDOW}`
	);
};

/** What rules have made of a claim; null where they have not looked. */
export function automaticCheckOf(
	claim: Pick<typeof claims.$inferSelect, 'checkedByRulesAtMs' | 'leftToPeople'>
): AutomaticCheck | null {
	if (claim.checkedByRulesAtMs === null) return null;
	const { leftToPeople: reasons } = claim;
	return reasons === null ? { outcome: 'decided' } : { outcome: 'left', reasons };
}

export type AutomaticRepository = typeof automaticRepository;

/** Claims as rules meet them (decision 0072). */
export const automaticRepository = {
	/** What has lain here long enough and nobody has taken, the oldest first. */
	listDue(nowMs: number, limit: number): Read<readonly string[]> {
		return read(
			sqlBuilder
				.select({ id: claims.id })
				.from(claims)
				.where(and(isUnchecked, lte(claims.submittedAtMs, automaticDueBefore(nowMs))))
				.orderBy(asc(claims.submittedAtMs), asc(claims.id))
				.limit(limit),
			(rows) => rows.map(({ id }) => id)
		);
	},

	/** Null where there is no claim. */
	findBeside(claimId: string, nowMs: number): Read<ClaimBeside | null> {
		return read(
			sqlBuilder.select(besideOf(nowMs)).from(claims).where(eq(claims.id, claimId)),
			([row]) => row ?? null
		);
	},

	/** Writes down why rules have left a claim to people; nothing where it was decided meanwhile. */
	leaveToPeople(claimId: string, reasons: readonly PersonReason[], nowMs: number): Write {
		return write(
			sqlBuilder
				.update(claims)
				.set({ checkedByRulesAtMs: nowMs, leftToPeople: reasons })
				.where(
					and(eq(claims.id, claimId), isNull(claims.checkedByRulesAtMs), isNull(claims.decidedAtMs))
				)
		);
	}
};
