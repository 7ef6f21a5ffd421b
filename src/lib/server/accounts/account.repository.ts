import { eq } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';

/** What an owner changes in their own account. Each write is for the batch of a proven act. */
export type AccountRepository = ReturnType<typeof createAccountRepository>;

export function createAccountRepository() {
	return {
		/** A new password of the owner's choice is what "this was not me" waits for. */
		setPassword(accountId: string, passwordHash: string): Write {
			return write(
				sqlBuilder
					.update(accounts)
					.set({ passwordHash, passwordFailures: 0, mustChangePassword: false })
					.where(eq(accounts.id, accountId))
			);
		}
	};
}
