/** What a recovery changes: password and factors are replaced, and everything open before ends. */
import { and, eq } from 'drizzle-orm';
import type { ErrorCode } from '#lib/domain/result.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, write, writeIfHolds, type Unmet, type Write } from '#lib/server/db/client.ts';
import { accounts, passkeys, recoveryCodes } from '#lib/server/db/tables/accounts.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { totpCell } from './account-cells.ts';
import { isActiveCustomer } from './recovery-proofs.repository.ts';

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
