import { and, asc, eq, lt, ne, sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { isWithinMandate } from '#lib/server/db/mandate.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { people } from '#lib/server/db/tables/people.ts';

const TOLD = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;

export type UntoldClaim = {
	readonly id: string;
	readonly number: string;
	readonly accountId: string;
	readonly submittedAtMs: number;
};

/** As the index has it: open, not told of, and no customer's turn, whom a request has told already. */
const isUntold = sql`${claims.decidedAtMs} is null and ${claims.interimAtMs} is null and ${claims.state} <> 'documents_requested'`;

export type InterimNoticesRepository = typeof interimNoticesRepository;

/** Claims whose owners have not been told that it takes longer. Nothing of what is in them. */
export const interimNoticesRepository = {
	/** The oldest of those that came in before an instant, and that somebody is there to be told of. */
	listUntold(beforeMs: number, today: CalendarDate, limit: number): Read<readonly UntoldClaim[]> {
		const { id, number, accountId, submittedAtMs } = claims;
		return read(
			sqlBuilder
				.select({ id, number, accountId, submittedAtMs })
				.from(claims)
				.innerJoin(accounts, eq(accounts.id, accountId))
				.innerJoin(people, eq(people.id, accounts.personId))
				.where(
					and(
						isUntold,
						lt(submittedAtMs, beforeMs),
						eq(accounts.status, 'active'),
						// Erasure leaves an empty key behind: nothing of this person opens any more.
						ne(people.wrappedKey, new Uint8Array()),
						isWithinMandate(sql`${accountId}`, claims.contractId, today)
					)
				)
				.orderBy(asc(submittedAtMs), asc(id))
				.limit(limit),
			(rows) => rows
		);
	},

	/** Once: undoes the batch of whoever comes second, and where it is decided or waits meanwhile. */
	markTold(id: string, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(claims)
				.set({ interimAtMs: nowMs })
				.where(and(eq(claims.id, id), isUntold)),
			TOLD
		);
	}
};
