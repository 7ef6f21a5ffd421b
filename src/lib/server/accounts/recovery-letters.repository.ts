import { and, eq, gt, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import { LETTER_TRIES } from '#lib/domain/accounts/recovery.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { accounts, recoveryCases } from '#lib/server/db/tables/accounts.ts';
import { unmet } from './recovery-case-rows.ts';

/** What a letter's code is held against. */
export type ApprovedLetter = { readonly caseId: string; readonly letterCodeHash: Uint8Array };

/** The letter at the end of a case, from the day it is printed until its code comes back. */
export const recoveryLettersRepository = {
	/** The letter that is on its way to the owner of this address, if there is one. */
	find(emailIndexes: readonly Uint8Array[], nowMs: number): Read<ApprovedLetter | null> {
		return read(
			sqlBuilder
				.select({ caseId: recoveryCases.id, letterCodeHash: recoveryCases.letterCodeHash })
				.from(recoveryCases)
				.innerJoin(accounts, eq(accounts.id, recoveryCases.accountId))
				.where(
					and(
						inArray(accounts.emailIndex, emailIndexes),
						eq(recoveryCases.state, 'approved'),
						gt(recoveryCases.letterExpiresAtMs, nowMs)
					)
				),
			([row]) =>
				row?.letterCodeHash ? { caseId: row.caseId, letterCodeHash: row.letterCodeHash } : null
		);
	},

	/** Booked before the code is looked at; after five the letter is worth nothing. */
	bookTry(caseId: string, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(recoveryCases)
				.set({ letterTries: sql`${recoveryCases.letterTries} + 1` })
				.where(and(isLive(caseId, nowMs), lt(recoveryCases.letterTries, LETTER_TRIES))),
			{ kind: 'rate-limited', code: 'accounts/recovery-too-many-tries' }
		);
	},

	/** With the first code of the new authenticator the case is done. */
	complete(caseId: string, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(recoveryCases)
				.set({ state: 'done', closedAtMs: nowMs })
				.where(isLive(caseId, nowMs)),
			unmet('accounts/case-closed')
		);
	}
};

function isLive(caseId: string, nowMs: number) {
	return and(
		eq(recoveryCases.id, caseId),
		eq(recoveryCases.state, 'approved'),
		isNotNull(recoveryCases.letterCodeHash),
		gt(recoveryCases.letterExpiresAtMs, nowMs)
	);
}
