/** Notices end with the device that gets them: when its owner signs out there, or ends it from elsewhere. */
import { and, eq, ne, sql, type SQL } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { sessions } from '#lib/server/db/tables/accounts.ts';
import { pushSubscriptions } from '#lib/server/db/tables/push.ts';

/** The known device that a session was opened on. */
export const deviceHashOf = (sessionId: string): SQL =>
	sql`(select s.device_hash from ${sessions} s where s.id = ${sessionId})`;

export const dropNotices = (accountId: string, which?: SQL): Write =>
	write(
		sqlBuilder
			.delete(pushSubscriptions)
			.where(and(eq(pushSubscriptions.accountId, accountId), which))
	);

/** Those of the device of one session. Belongs before the write that ends it. */
export const dropNoticesOf = (sessionId: string): Write =>
	write(
		sqlBuilder.delete(pushSubscriptions).where(
			sql`(${pushSubscriptions.accountId}, ${pushSubscriptions.deviceHash}) in
					(select s.account_id, s.device_hash from ${sessions} s where s.id = ${sessionId})`
		)
	);

/** Whoever used this browser before and never signed out: their news are not for the next person. */
export const dropNoticesOfOthers = (accountId: string, deviceHash: Uint8Array): Write =>
	write(
		sqlBuilder
			.delete(pushSubscriptions)
			.where(
				and(
					eq(pushSubscriptions.deviceHash, deviceHash),
					ne(pushSubscriptions.accountId, accountId)
				)
			)
	);
