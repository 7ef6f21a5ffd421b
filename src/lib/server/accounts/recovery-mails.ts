import { NOT_ME_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { CANCEL_LIFETIME_MS } from '#lib/domain/accounts/recovery.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { joinWrites, type Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Account } from './accounts.repository.ts';
import { createRecoveryProofsRepository } from './recovery-proofs.repository.ts';

export type MailParts = {
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
};

/** Writes mails to the owner of an account, for the batch of the act that causes them. */
export function createRecoveryMails({ cipher, clock, ids, mails }: MailParts) {
	const proofs = createRecoveryProofsRepository(cipher);
	const enqueue = (account: Account, mail: Mail) =>
		mails.enqueue(ids.newId(), account.personId, mail, clock.nowMs());
	const baseOf = (account: Account) => ({
		to: account.contact.email,
		language: account.language,
		name: fullName(account.profile)
	});
	return {
		/** That something has happened. */
		tell: (account: Account, template: 'recovery-closed'): Promise<Write> =>
			enqueue(account, { template, ...baseOf(account) }),

		/** That what opens the account was replaced, with the link that takes it back (A25). */
		async tellWithWayOut(
			account: Account,
			template: 'password-recovered' | 'authenticator-recovered'
		): Promise<Write> {
			const code = newToken(ids);
			return joinWrites(
				proofs.insertMailToken({
					tokenHash: await hashToken(code),
					accountId: account.id,
					purpose: 'not-me',
					expiresAtMs: clock.nowMs() + NOT_ME_LIFETIME_MS
				}),
				await enqueue(account, { template, ...baseOf(account), code })
			);
		},

		/** The proof that the mailbox is theirs. */
		sendCode: (
			account: Account,
			template: 'reset-password' | 'open-recovery',
			code: string
		): Promise<Write> => enqueue(account, { template, ...baseOf(account), code }),

		/** Where a case stands, with a link that stops it. Older links go on working: they only stop. */
		async tellOfCase(
			account: Account,
			template: 'recovery-opened' | 'recovery-reminder' | 'recovery-approved'
		): Promise<Write> {
			const code = newToken(ids);
			return joinWrites(
				proofs.insertMailToken({
					tokenHash: await hashToken(code),
					accountId: account.id,
					purpose: 'cancel-recovery',
					expiresAtMs: clock.nowMs() + CANCEL_LIFETIME_MS
				}),
				await enqueue(account, { template, ...baseOf(account), code })
			);
		}
	};
}
