import { and, eq } from 'drizzle-orm';
import { isStaff, type Role } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Read, type Write } from '#lib/server/db/client.ts';
import { accounts, mailTokens } from '#lib/server/db/tables/accounts.ts';
import type { AccountChangeStop, ReaderBeside } from '#lib/server/contracts/account-change-stop.ts';
import type { StoppableChange } from '#lib/server/contracts/account-changes.repository.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { shutEveryDoor } from './open-doors.ts';
import { createRecipientsRepository, type Recipient } from './recipients.repository.ts';
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
				.set({ mustChangePassword: true, deletionDueAtMs: null, idleNoticeAtMs: null })
				.where(and(eq(accounts.id, accountId), eq(accounts.role, 'customer')))
		),
		write(
			sqlBuilder
				.delete(mailTokens)
				.where(and(eq(mailTokens.accountId, accountId), eq(mailTokens.purpose, 'keep-account')))
		)
	];
}

export type DisownParts = {
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly changeStop: Pick<AccountChangeStop, 'listWaiting' | 'stopAll'>;
};

/** Bank accounts that wait for the contracts of an account, and who has to hear that they do no more. */
type Waiting = readonly [readonly StoppableChange[], readonly ReaderBeside[]];

/** What the act has to know, for a batch of reads. */
export function disownReads(
	{ cipher, changeStop }: Pick<DisownParts, 'cipher' | 'changeStop'>,
	accountId: string
): [Read<Waiting[0]>, Read<Waiting[1]>] {
	return [
		changeStop.listWaiting(accountId),
		createRecipientsRepository(cipher).listBeside(accountId)
	];
}

/**
 * The whole act for the batch of a page or a mail's link: rows, log entry and mail to the owner. A new
 * bank account that waits ends with it: whoever was in may have asked for it (decision 0061).
 */
export async function disownAct(
	parts: DisownParts,
	accountId: string,
	owner: Owner,
	[changes, beside]: Waiting
): Promise<readonly Write[]> {
	const { personId, role, to, language, name } = owner;
	const nowMs = parts.clock.nowMs();
	return [
		...disownWrites(accountId, nowMs),
		...(await parts.changeStop.stopAll(changes, beside, accountId)),
		await parts.audit.record({ event: 'account/disowned', objectRef: 'account', accountId }),
		await parts.mails.enqueue(
			parts.ids.newId(),
			personId,
			{ template: isStaff(role) ? 'staff-account-secured' : 'account-secured', to, language, name },
			nowMs
		)
	];
}
