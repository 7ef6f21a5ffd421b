/** The step between the proofs and the first code of an authenticator, at a registration or a recovery. */
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { ENROLMENT_TRIES } from '#lib/domain/accounts/lifetimes.ts';
import type { ErrorCode } from '#lib/domain/result.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { accounts, enrolments, type ENROLMENT_PURPOSES } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { totpCell } from './account-cells.ts';
import { openAccount, type Account } from './accounts.repository.ts';

/** What a recovery stands on; nothing for a registration. */
export type EnrolmentBasis = {
	readonly recoveryCodeHash: Uint8Array | null;
	readonly recoveryCaseId: string | null;
};

export type Enrolment = EnrolmentBasis & {
	readonly account: Account;
	readonly secret: Uint8Array;
};

/** An enrolment of one purpose completes no other; `endedCode` is the answer when it no longer lives. */
export function createEnrolmentsRepository(
	cipher: Cipher,
	purpose: (typeof ENROLMENT_PURPOSES)[number],
	endedCode: ErrorCode
) {
	const ended = { kind: 'conflict', code: endedCode } as const;
	const isLive = (tokenHash: Uint8Array, nowMs: number) =>
		and(
			eq(enrolments.tokenHash, tokenHash),
			eq(enrolments.purpose, purpose),
			isNull(enrolments.usedAtMs),
			gt(enrolments.expiresAtMs, nowMs)
		);

	return {
		async insert(
			enrolment: Partial<EnrolmentBasis> & {
				readonly tokenHash: Uint8Array;
				readonly accountId: string;
				readonly secret: Uint8Array;
				readonly expiresAtMs: number;
			}
		): Promise<Write> {
			const { secret, ...open } = enrolment;
			const totpSecret = await cipher.sealTotpSecret(totpCell(enrolment.accountId), secret);
			return write(sqlBuilder.insert(enrolments).values({ ...open, totpSecret, purpose }));
		},

		find(tokenHash: Uint8Array, nowMs: number): Read<Enrolment | null> {
			return read(
				sqlBuilder
					.select({ enrolments, accounts, people })
					.from(enrolments)
					.innerJoin(accounts, eq(accounts.id, enrolments.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(isLive(tokenHash, nowMs)),
				async ([row]) => {
					if (!row) return null;
					const { totpSecret, recoveryCodeHash, recoveryCaseId } = row.enrolments;
					return {
						account: await openAccount(cipher, row.accounts, row.people),
						secret: await cipher.openTotpSecret(totpCell(row.accounts.id), totpSecret),
						...{ recoveryCodeHash, recoveryCaseId }
					};
				}
			);
		},

		/** Books a try before the code is checked: parallel guesses cannot outrun the counter. */
		bookTry(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(enrolments)
					.set({ tries: sql`${enrolments.tries} + 1` })
					.where(and(isLive(tokenHash, nowMs), lt(enrolments.tries, ENROLMENT_TRIES))),
				ended
			);
		},

		use(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder.update(enrolments).set({ usedAtMs: nowMs }).where(isLive(tokenHash, nowMs)),
				ended
			);
		}
	};
}
