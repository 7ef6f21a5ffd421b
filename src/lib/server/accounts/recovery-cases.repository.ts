/** Cases of people who have lost phone and codes. Every step is a condition in SQL: two at once cannot both win. */
import { and, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import {
	CASE_LIFETIME_MS,
	LETTER_LIFETIME_MS,
	REMINDERS,
	REMINDER_STEP_MS
} from '#lib/domain/accounts/recovery.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { recoveryCases } from '#lib/server/db/tables/accounts.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { isOpen, openCase, selectCases, unmet, type RecoveryCase } from './recovery-case-rows.ts';

/** The owner's side of a case, and what time does with it. */
export function createRecoveryCasesRepository(cipher: Cipher) {
	return {
		/** One open case an account: a second one answers `accounts/case-open`. */
		insert(fresh: {
			readonly id: string;
			readonly accountId: string;
			readonly openedAtMs: number;
			readonly readyAtMs: number;
		}): Write {
			return write(
				sqlBuilder.insert(recoveryCases).values({ ...fresh, state: 'waiting' }),
				unmet('accounts/case-open')
			);
		},

		/** As `cancelCasesOfAccount`, but somebody asked for it: nothing open answers `accounts/case-closed`. */
		cancelIfOpen(accountId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'cancelled', closedAtMs: nowMs })
					.where(and(eq(recoveryCases.accountId, accountId), isOpen)),
				unmet('accounts/case-closed')
			);
		},

		/** Cases that wait and whose next reminder is due. */
		listToRemind(nowMs: number, limit: number): Read<readonly RecoveryCase[]> {
			return read(
				selectCases()
					.where(
						and(
							eq(recoveryCases.state, 'waiting'),
							lt(recoveryCases.reminders, REMINDERS),
							sql`${recoveryCases.openedAtMs} + (${recoveryCases.reminders} + 1) * ${REMINDER_STEP_MS} <= ${nowMs}`,
							// Two jobs late, the wait is over: a reminder would come too late to stop anything.
							gt(recoveryCases.readyAtMs, nowMs)
						)
					)
					.limit(limit),
				(rows) => Promise.all(rows.map((row) => openCase(cipher, row)))
			);
		},

		/** Of two jobs at once one reminds. */
		markReminded(found: RecoveryCase, reminders: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ reminders })
					.where(
						and(
							eq(recoveryCases.id, found.id),
							eq(recoveryCases.state, 'waiting'),
							eq(recoveryCases.reminders, found.reminders)
						)
					),
				unmet('accounts/case-closed')
			);
		},

		/** What nobody has approved in time, and letters that did not come back. */
		listOverdue(nowMs: number, limit: number): Read<readonly RecoveryCase[]> {
			return read(selectCases().where(isOverdue(nowMs)).limit(limit), (rows) =>
				Promise.all(rows.map((row) => openCase(cipher, row)))
			);
		},

		/** Of two jobs at once one closes it. */
		expire(caseId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'expired', closedAtMs: nowMs })
					.where(and(eq(recoveryCases.id, caseId), isOverdue(nowMs))),
				unmet('accounts/case-closed')
			);
		}
	};
}

/**
 * Ends every open case of an account: its owner is there, or has recovered by another way. For the
 * batch of every sign-in: whoever has the phone needs no case, and whoever opened one is somebody else.
 */
export function cancelCasesOfAccount(accountId: string, nowMs: number): Write {
	return write(
		sqlBuilder
			.update(recoveryCases)
			.set({ state: 'cancelled', closedAtMs: nowMs })
			.where(and(eq(recoveryCases.accountId, accountId), isOpen))
	);
}

function isOverdue(nowMs: number) {
	return or(
		and(
			inArray(recoveryCases.state, ['waiting', 'checked']),
			lte(recoveryCases.openedAtMs, nowMs - CASE_LIFETIME_MS)
		),
		and(eq(recoveryCases.state, 'approved'), lte(recoveryCases.letterExpiresAtMs, nowMs)),
		and(
			eq(recoveryCases.state, 'approved'),
			isNull(recoveryCases.letterCodeHash),
			lte(recoveryCases.approvedAtMs, nowMs - LETTER_LIFETIME_MS)
		)
	);
}
