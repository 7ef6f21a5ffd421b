import { and, eq, lt, lte, sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, writeIfHolds, type Unmet, type Write } from '#lib/server/db/client.ts';
import { throttles } from '#lib/server/db/tables/accounts.ts';

/** How often the proofs of a recovery are tried: counted by mail, by account, or by visitor. */
export const recoveryTriesRepository = {
	/**
	 * Books a try before anything is checked (A10): the batch is undone with `code` when `limit`
	 * tries have been made since the first of them. `lifetimeMs` later they are forgotten.
	 */
	book(
		key: { readonly scope: string; readonly keyHash: Uint8Array },
		limit: number,
		times: { readonly nowMs: number; readonly lifetimeMs: number },
		refusal: Unmet
	): Write {
		const { nowMs, lifetimeMs } = times;
		const isOver = lte(throttles.expiresAtMs, nowMs);
		const expiresAtMs = nowMs + lifetimeMs;
		return writeIfHolds(
			sqlBuilder
				.insert(throttles)
				.values({
					...key,
					tries: 1,
					nextTryAtMs: nowMs,
					updatedAtMs: nowMs,
					expiresAtMs
				})
				.onConflictDoUpdate({
					target: [throttles.scope, throttles.keyHash],
					set: {
						tries: sql`case when ${isOver} then 1 else ${throttles.tries} + 1 end`,
						expiresAtMs: sql`case when ${isOver} then ${expiresAtMs} else ${throttles.expiresAtMs} end`,
						updatedAtMs: nowMs
					},
					setWhere: sql`${isOver} or ${lt(throttles.tries, limit)}`
				}),
			refusal
		);
	},

	forget(scope: string, keyHash: Uint8Array): Write {
		return write(
			sqlBuilder
				.delete(throttles)
				.where(and(eq(throttles.scope, scope), eq(throttles.keyHash, keyHash)))
		);
	}
};
