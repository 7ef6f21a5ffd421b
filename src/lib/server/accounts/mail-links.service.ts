import { fullName } from '#lib/domain/accounts/profile.ts';
import { isStaff } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, normaliseCode, type Ids } from '#lib/server/platform/ids.ts';
import { createAccountsRepository } from './accounts.repository.ts';
import { disownAct, disownReads, type DisownParts } from './disown.ts';
import type { ThrottleService } from './throttle.service.ts';

export type MailLinksService = ReturnType<typeof createMailLinksService>;

const INVALID = failed('invalid', 'accounts/mail-link-invalid');

/** Acts of somebody who is not signed in and holds a link from a mail. Each link works once (A18). */
export function createMailLinksService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly changeStop: DisownParts['changeStop'];
	readonly throttle: Pick<ThrottleService, 'openTries'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, clock, ids, audit, throttle } = parts;
	const accounts = createAccountsRepository(parts.cipher);

	return {
		/**
		 * Opens five tries for an hour in the browser that opened the link, and in no other: whoever
		 * attacks the account gets none of them (A11). Answers the token of the browser's cookie.
		 * Fails with `accounts/mail-link-invalid`.
		 */
		async unlockSignIn(
			typedCode: string,
			deviceToken: string | null
		): Promise<Result<{ readonly deviceToken: string }>> {
			const tokenHash = await hashToken(normaliseCode(typedCode));
			const [account] = await db.read(accounts.findByMailToken(tokenHash, 'unlock-sign-in'));
			if (!account) return INVALID;
			const token = deviceToken ?? newToken(ids);
			const opened = { id: account.id, email: account.contact.email };
			const done = await db.commit(
				accounts.useMailToken(tokenHash, 'unlock-sign-in', clock.nowMs()),
				...(await throttle.openTries(opened, await hashToken(token))),
				await audit.record({
					event: 'account/sign-in-unlocked',
					objectRef: 'account',
					accountId: account.id,
					factors: ['mail-code']
				})
			);
			return done.ok ? ok({ deviceToken: token }) : INVALID;
		},

		/**
		 * "This was not me", by mail: ends every session, removes passkeys and known devices, and nothing
		 * opens before a new password; for staff, before a new invitation. Answers which of the two.
		 * Fails with `accounts/mail-link-invalid`.
		 */
		async disown(typedCode: string): Promise<Result<{ readonly isStaff: boolean }>> {
			const tokenHash = await hashToken(normaliseCode(typedCode));
			const [account] = await db.read(accounts.findByMailToken(tokenHash, 'not-me'));
			if (!account) return INVALID;
			const { personId, contact, language, profile, role } = account;
			const owner = { personId, to: contact.email, language, name: fullName(profile), role };
			const waiting = await db.read(...disownReads(parts, account.id));
			const done = await db.commit(
				accounts.useMailToken(tokenHash, 'not-me', clock.nowMs()),
				...(await disownAct(parts, account.id, owner, waiting))
			);
			return done.ok ? ok({ isStaff: isStaff(role) }) : INVALID;
		}
	};
}
