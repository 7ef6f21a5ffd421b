import { and, eq, lt, sql } from 'drizzle-orm';
import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';

/** What is off after a hundred failures in a row. Passkeys and recovery codes cannot be guessed. */
export type Authenticator = 'password' | 'totp';

const FAILURES_OF = { password: 'passwordFailures', totp: 'totpFailures' } as const;

/** The consecutive verified failures of each authenticator of an account (A12, A15). */
export const authenticatorFailuresRepository = {
	/** A right password clears its own count and no other (A15); one that is off stays off (A12). */
	clearPassword(accountId: string): Write {
		return write(
			sqlBuilder
				.update(accounts)
				.set({ passwordFailures: 0 })
				.where(
					and(eq(accounts.id, accountId), lt(accounts.passwordFailures, AUTHENTICATOR_FAILURES))
				)
		);
	},

	/** One failure more, up to the hundredth. Answers the count, or null when it was off already. */
	count(accountId: string, authenticator: Authenticator): Read<number | null> {
		const column = FAILURES_OF[authenticator];
		return read(
			sqlBuilder
				.update(accounts)
				.set({ [column]: sql`${accounts[column]} + 1` })
				.where(and(eq(accounts.id, accountId), lt(accounts[column], AUTHENTICATOR_FAILURES)))
				.returning({ failures: accounts[column] }),
			([row]) => row?.failures ?? null
		);
	}
};
