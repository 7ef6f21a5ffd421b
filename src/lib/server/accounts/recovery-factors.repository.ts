/** What a recovery changes: password and factors are replaced, and everything open before ends. */
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { ENROLMENT_TRIES } from '#lib/domain/accounts/lifetimes.ts';
import type { ErrorCode } from '#lib/domain/result.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { accounts, enrolments, passkeys, recoveryCodes } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { totpCell } from './account-cells.ts';
import { openAccount, type Account } from './accounts.repository.ts';
import { isActiveCustomer } from './recovery-proofs.repository.ts';

/** An enrolment of a recovery, with what it stands on: a code or a case. */
export type RecoveryEnrolment = {
	readonly account: Account;
	readonly secret: Uint8Array;
	readonly recoveryCodeHash: Uint8Array | null;
	readonly recoveryCaseId: string | null;
};

const unmet = (code: ErrorCode): Unmet => ({ kind: 'conflict', code });

export type RecoveryFactorsRepository = ReturnType<typeof createRecoveryFactorsRepository>;

export function createRecoveryFactorsRepository(cipher: Cipher) {
	return {
		setPassword(accountId: string, passwordHash: string): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ passwordHash, passwordFailures: 0, mustChangePassword: false })
					.where(and(eq(accounts.id, accountId), isActiveCustomer)),
				unmet('accounts/recovery-refused')
			);
		},

		async insertEnrolment(enrolment: {
			readonly tokenHash: Uint8Array;
			readonly accountId: string;
			readonly secret: Uint8Array;
			readonly recoveryCodeHash: Uint8Array | null;
			readonly recoveryCaseId: string | null;
			readonly expiresAtMs: number;
		}): Promise<Write> {
			const { secret, ...open } = enrolment;
			const totpSecret = await cipher.sealTotpSecret(totpCell(enrolment.accountId), secret);
			return write(
				sqlBuilder.insert(enrolments).values({ ...open, totpSecret, purpose: 'recovery' })
			);
		},

		findEnrolment(tokenHash: Uint8Array, nowMs: number): Read<RecoveryEnrolment | null> {
			return read(
				sqlBuilder
					.select({ enrolments, accounts, people })
					.from(enrolments)
					.innerJoin(accounts, eq(accounts.id, enrolments.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(isLiveEnrolment(tokenHash, nowMs)),
				async ([row]) =>
					row
						? {
								account: await openAccount(cipher, row.accounts, row.people),
								secret: await cipher.openTotpSecret(
									totpCell(row.accounts.id),
									row.enrolments.totpSecret
								),
								recoveryCodeHash: row.enrolments.recoveryCodeHash,
								recoveryCaseId: row.enrolments.recoveryCaseId
							}
						: null
			);
		},

		/** Books a try before the code is checked: parallel guesses cannot outrun the counter. */
		bookEnrolmentTry(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(enrolments)
					.set({ tries: sql`${enrolments.tries} + 1` })
					.where(and(isLiveEnrolment(tokenHash, nowMs), lt(enrolments.tries, ENROLMENT_TRIES))),
				unmet('accounts/recovery-ended')
			);
		},

		useEnrolment(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(enrolments)
					.set({ usedAtMs: nowMs })
					.where(isLiveEnrolment(tokenHash, nowMs)),
				unmet('accounts/recovery-ended')
			);
		},

		/**
		 * The new authenticator takes the place of the old one in one statement: at no moment is there
		 * an account without a factor that somebody else could fill (security.md 3.5). Passkeys and
		 * codes go too: they lie on the lost phone or beside it.
		 */
		async replaceFactors(
			accountId: string,
			fresh: {
				readonly secret: Uint8Array;
				readonly step: number;
				readonly codeHashes: readonly Uint8Array[];
				/** Set by a recovery by letter: its time, and that the password must be changed. */
				readonly recoveredAtMs: number | null;
			}
		): Promise<Write> {
			const { recoveredAtMs, step } = fresh;
			return joinWrites(
				writeIfHolds(
					sqlBuilder
						.update(accounts)
						.set({
							totpSecret: await cipher.sealTotpSecret(totpCell(accountId), fresh.secret),
							totpLastStep: step,
							totpFailures: 0,
							...(recoveredAtMs !== null && { recoveredAtMs, mustChangePassword: true })
						})
						.where(and(eq(accounts.id, accountId), isActiveCustomer)),
					unmet('accounts/recovery-refused')
				),
				write(sqlBuilder.delete(passkeys).where(eq(passkeys.accountId, accountId))),
				write(sqlBuilder.delete(recoveryCodes).where(eq(recoveryCodes.accountId, accountId))),
				write(
					sqlBuilder
						.insert(recoveryCodes)
						.values(fresh.codeHashes.map((codeHash) => ({ codeHash, accountId })))
				)
			);
		}
	};
}

function isLiveEnrolment(tokenHash: Uint8Array, nowMs: number) {
	return and(
		eq(enrolments.tokenHash, tokenHash),
		eq(enrolments.purpose, 'recovery'),
		isNull(enrolments.usedAtMs),
		gt(enrolments.expiresAtMs, nowMs)
	);
}
