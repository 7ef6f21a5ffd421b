/** Cases of people who have lost phone and codes. Every step is a condition in SQL: two at once cannot both win. */
import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import * as v from 'valibot';
import {
	CASE_LIFETIME_MS,
	LETTER_LIFETIME_MS,
	LETTER_TRIES,
	OPEN_CASE_STATES,
	REMINDERS,
	REMINDER_STEP_MS,
	YOUNG_CONTACT_MS,
	type CaseFacts
} from '#lib/domain/accounts/recovery.ts';
import type { ErrorCode } from '#lib/domain/result.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { accounts, recoveryCases } from '#lib/server/db/tables/accounts.ts';
import { contractLinks, contracts } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { openAccount, type Account } from './accounts.repository.ts';

/** A case with its owner. */
export type RecoveryCase = CaseFacts & {
	readonly id: string;
	readonly account: Account;
	readonly accountCreatedAtMs: number;
	readonly isLetterPrinted: boolean;
	readonly reminders: number;
};

/** What a letter's code is held against. */
export type ApprovedLetter = { readonly caseId: string; readonly letterCodeHash: Uint8Array };

const unmet = (code: ErrorCode): Unmet => ({ kind: 'conflict', code });
const isOpen = inArray(recoveryCases.state, [...OPEN_CASE_STATES]);

export type RecoveryCasesRepository = ReturnType<typeof createRecoveryCasesRepository>;

export function createRecoveryCasesRepository(cipher: Cipher) {
	const select = () =>
		sqlBuilder
			.select({ found: recoveryCases, accounts, people })
			.from(recoveryCases)
			.innerJoin(accounts, eq(accounts.id, recoveryCases.accountId))
			.innerJoin(people, eq(people.id, accounts.personId))
			.$dynamic();

	async function open(row: {
		found: typeof recoveryCases.$inferSelect;
		accounts: typeof accounts.$inferSelect;
		people: typeof people.$inferSelect;
	}): Promise<RecoveryCase> {
		const { found } = row;
		return {
			id: found.id,
			state: found.state,
			openedAtMs: found.openedAtMs,
			readyAtMs: found.readyAtMs,
			checkedBy: found.checkedBy,
			isLetterPrinted: found.letterCodeHash !== null,
			reminders: found.reminders,
			contactChangedAtMs: row.accounts.contactChangedAtMs,
			accountCreatedAtMs: row.accounts.createdAtMs,
			personId: row.people.id,
			account: await openAccount(cipher, row.accounts, row.people)
		};
	}

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

		find(caseId: string): Read<RecoveryCase | null> {
			return read(select().where(eq(recoveryCases.id, caseId)), async ([row]) =>
				row ? open(row) : null
			);
		},

		requireCase(caseId: string, missing: Unmet): Write {
			return requireFound(
				sqlBuilder
					.select({ id: recoveryCases.id })
					.from(recoveryCases)
					.where(eq(recoveryCases.id, caseId)),
				missing
			);
		},

		/** Numbers of the contracts the owner of the case has linked. */
		policyNumbers(caseId: string): Read<readonly string[]> {
			return read(
				sqlBuilder
					.select({ contract: contracts, holder: people })
					.from(recoveryCases)
					.innerJoin(contractLinks, eq(contractLinks.accountId, recoveryCases.accountId))
					.innerJoin(contracts, eq(contracts.id, contractLinks.contractId))
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(eq(recoveryCases.id, caseId))
					.limit(100),
				(rows) =>
					Promise.all(
						rows.map(async ({ contract, holder }) => {
							await cipher.learn(holder.id, holder);
							const cell = {
								table: 'contracts',
								column: 'policy_number',
								rowId: contract.id,
								personId: holder.id
							};
							return v.parse(v.string(), await cipher.openJson(cell, contract.policyNumber));
						})
					)
			);
		},

		/** Open cases, the oldest first. */
		listOpen(limit: number): Read<readonly RecoveryCase[]> {
			return read(
				select().where(isOpen).orderBy(asc(recoveryCases.readyAtMs)).limit(limit),
				(rows) => Promise.all(rows.map(open))
			);
		},

		/** Cases that wait and whose next reminder is due. */
		listToRemind(nowMs: number, limit: number): Read<readonly RecoveryCase[]> {
			return read(
				select()
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
				(rows) => Promise.all(rows.map(open))
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

		cancelOfAccount: cancelCasesOfAccount,

		/** As above, but somebody asked for it: nothing open answers `accounts/case-closed`. */
		cancelIfOpen(accountId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'cancelled', closedAtMs: nowMs })
					.where(and(eq(recoveryCases.accountId, accountId), isOpen)),
				unmet('accounts/case-closed')
			);
		},

		/** The staff's check: not a millisecond before 72 hours are over (A23). */
		check(caseId: string, staffId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'checked', checkedBy: staffId, checkedAtMs: nowMs })
					.where(
						and(
							eq(recoveryCases.id, caseId),
							eq(recoveryCases.state, 'waiting'),
							lte(recoveryCases.readyAtMs, nowMs)
						)
					),
				unmet('accounts/case-closed')
			);
		},

		/** The second signature: somebody else's, and for an address that is not young (A24). */
		approve(caseId: string, staffId: string, nowMs: number): Write {
			const settled = sqlBuilder
				.select({ id: accounts.id })
				.from(accounts)
				.where(
					or(
						isNull(accounts.contactChangedAtMs),
						lte(accounts.contactChangedAtMs, nowMs - YOUNG_CONTACT_MS)
					)
				);
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'approved', approvedBy: staffId, approvedAtMs: nowMs })
					.where(
						and(
							eq(recoveryCases.id, caseId),
							eq(recoveryCases.state, 'checked'),
							ne(recoveryCases.checkedBy, staffId),
							lte(recoveryCases.readyAtMs, nowMs),
							inArray(recoveryCases.accountId, settled)
						)
					),
				unmet('accounts/case-closed')
			);
		},

		/** Staff refuse a case, in whatever open state it is. */
		refuse(caseId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'cancelled', closedAtMs: nowMs })
					.where(and(eq(recoveryCases.id, caseId), isOpen)),
				unmet('accounts/case-closed')
			);
		},

		/** The letter's code exists once: it is made when the letter is printed, and printed once. */
		setLetter(caseId: string, letterCodeHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ letterCodeHash, letterExpiresAtMs: nowMs + LETTER_LIFETIME_MS })
					.where(
						and(
							eq(recoveryCases.id, caseId),
							eq(recoveryCases.state, 'approved'),
							isNull(recoveryCases.letterCodeHash)
						)
					),
				unmet('accounts/letter-printed')
			);
		},

		/** The letter that is on its way to the owner of this address, if there is one. */
		findLetter(emailIndexes: readonly Uint8Array[], nowMs: number): Read<ApprovedLetter | null> {
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
		bookLetterTry(caseId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ letterTries: sql`${recoveryCases.letterTries} + 1` })
					.where(and(isLiveLetter(caseId, nowMs), lt(recoveryCases.letterTries, LETTER_TRIES))),
				{ kind: 'rate-limited', code: 'accounts/recovery-too-many-tries' }
			);
		},

		/** With the first code of the new authenticator the case is done. */
		complete(caseId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'done', closedAtMs: nowMs })
					.where(isLiveLetter(caseId, nowMs)),
				unmet('accounts/case-closed')
			);
		},

		/** Closes what nobody has approved in time, and letters that did not come back. */
		expire(nowMs: number): Write {
			const isOverdue = or(
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
			return write(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'expired', closedAtMs: nowMs })
					.where(isOverdue)
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

function isLiveLetter(caseId: string, nowMs: number) {
	return and(
		eq(recoveryCases.id, caseId),
		eq(recoveryCases.state, 'approved'),
		isNotNull(recoveryCases.letterCodeHash),
		gt(recoveryCases.letterExpiresAtMs, nowMs)
	);
}
