import { and, eq } from 'drizzle-orm';
import { isStaff, type Role } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { accounts, mailTokens } from '#lib/server/db/tables/accounts.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { shutEveryDoor } from './open-doors.ts';
import type { Recipient } from './recipients.repository.ts';
import { cancelCasesOfAccount } from './recovery-cases.repository.ts';

/** Whose account it is: staff and customers come back on different ways. */
export type Owner = Recipient & { readonly role: Role };

/**
 * "This was not me", as rows: every door is shut, passkeys and open recovery cases included, and
 * nothing opens before a new password. Whoever proves their way in next is the owner. Staff have no
 * page to choose a password on: without a passkey they come back by a new invitation alone.
 */
export function disownWrites(accountId: string, nowMs: number): readonly Write[] {
	return [
		shutEveryDoor(accountId),
		cancelCasesOfAccount(accountId, nowMs),
		write(
			sqlBuilder
				.update(accounts)
				// A deletion that an intruder has asked for ends here; the owner may ask for it again.
				.set({ mustChangePassword: true, deletionDueAtMs: null })
				.where(and(eq(accounts.id, accountId), eq(accounts.role, 'customer')))
		),
		write(
			sqlBuilder
				.delete(mailTokens)
				.where(and(eq(mailTokens.accountId, accountId), eq(mailTokens.purpose, 'keep-account')))
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
	owner: Owner
): Promise<readonly Write[]> {
	const { personId, role, ...reader } = owner;
	const nowMs = parts.clock.nowMs();
	return [
		...disownWrites(accountId, nowMs),
		await parts.audit.record({ event: 'account/disowned', objectRef: 'account', accountId }),
		await parts.mails.enqueue(
			parts.ids.newId(),
			personId,
			{ template: isStaff(role) ? 'staff-account-secured' : 'account-secured', ...reader },
			nowMs
		)
	];
}
