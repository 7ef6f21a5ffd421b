import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import {
	accounts,
	knownDevices,
	mailTokens,
	pendingActs,
	sessions,
	type MailTokenPurpose
} from '#lib/server/db/tables/accounts.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { Recipient } from './recipients.repository.ts';

/** Links an intruder may have asked for. Those that defend the owner stay good. */
const OPENING_LINKS: readonly MailTokenPurpose[] = [
	'confirm-email',
	'reset-password',
	'unlock-sign-in',
	'open-recovery'
];

/**
 * "This was not me", as rows: every session ends, no device is known any more, acts and links that
 * wait are void, and nothing opens before a new password. Whoever proves their way in next is the owner.
 */
export function disownWrites(accountId: string): readonly Write[] {
	return [
		write(sqlBuilder.delete(sessions).where(eq(sessions.accountId, accountId))),
		write(sqlBuilder.delete(knownDevices).where(eq(knownDevices.accountId, accountId))),
		write(sqlBuilder.delete(pendingActs).where(eq(pendingActs.accountId, accountId))),
		write(
			sqlBuilder
				.delete(mailTokens)
				.where(
					and(
						eq(mailTokens.accountId, accountId),
						inArray(mailTokens.purpose, [...OPENING_LINKS]),
						isNull(mailTokens.usedAtMs)
					)
				)
		),
		write(
			sqlBuilder
				.update(accounts)
				.set({ mustChangePassword: true })
				.where(eq(accounts.id, accountId))
		)
	];
}

/** The whole act for the batch of a page or a mail's link: rows, log entry and mail to the owner. */
export async function disownAct(
	parts: {
		readonly clock: Clock;
		readonly ids: Ids;
		readonly audit: Pick<AuditService, 'record'>;
		readonly mails: {
			enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
		};
	},
	accountId: string,
	owner: Recipient
): Promise<readonly Write[]> {
	const { personId, ...reader } = owner;
	return [
		...disownWrites(accountId),
		await parts.audit.record({ event: 'account/disowned', objectRef: 'account', accountId }),
		await parts.mails.enqueue(
			parts.ids.newId(),
			personId,
			{ template: 'account-secured', ...reader },
			parts.clock.nowMs()
		)
	];
}
