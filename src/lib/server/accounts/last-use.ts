import { eq, sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';

/**
 * With every sign-in: the account is in use, so an end that was announced because it was not is off. An
 * end that its owner has asked for stays.
 */
export function markUsed(accountId: string, nowMs: number): Write {
	return write(
		sqlBuilder
			.update(accounts)
			.set({
				lastUsedAtMs: nowMs,
				deletionDueAtMs: sql`case when ${accounts.idleNoticeAtMs} is null then ${accounts.deletionDueAtMs} end`,
				idleNoticeAtMs: null
			})
			.where(eq(accounts.id, accountId))
	);
}
