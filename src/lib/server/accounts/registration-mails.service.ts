import { VERIFY_MAIL_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import { createAccountsRepository, type Account } from './accounts.repository.ts';
import type { ThrottleService } from './throttle.service.ts';

export type RegistrationMailsService = ReturnType<typeof createRegistrationMailsService>;

export function createRegistrationMailsService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly throttle: Pick<ThrottleService, 'bookMail' | 'refuseMail'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly afterAnswer: (work: Promise<unknown>) => void;
}) {
	const { db, clock, ids, throttle, mails } = parts;
	const accounts = createAccountsRepository(parts.cipher);

	/** The mail of an open registration with a new code, or the word that there is an account already. */
	async function sendAgain(account: Account): Promise<void> {
		const nowMs = clock.nowMs();
		const { id, personId, status, contact, language, profile, emailIndex } = account;
		const reader = { to: contact.email, language, name: fullName(profile) };
		const put = (mail: Mail) => mails.enqueue(ids.newId(), personId, mail, nowMs);
		if (status !== 'pending') {
			await db.commit(await put({ template: 'already-registered', ...reader }));
			return;
		}
		const code = newToken(ids);
		await db.commit(
			accounts.insertMailToken({
				tokenHash: await hashToken(code),
				accountId: id,
				purpose: 'verify-mail',
				emailIndex,
				expiresAtMs: nowMs + VERIFY_MAIL_LIFETIME_MS
			}),
			await put({ template: 'verify-mail', ...reader, code })
		);
	}

	return {
		/**
		 * Sends the mail of a registration once more. The answer, and its time, are the same whoever has
		 * the address: what there is to do is done after it (A17). Fails with `portal/limit-reached`.
		 */
		async resend(email: string): Promise<Result<void>> {
			const asked = await db.commitAndRead(
				[],
				[await throttle.bookMail(email), accounts.findByEmail(await accounts.emailIndex(email))]
			);
			if (!asked.ok) return asked;
			const [isLetThrough, account] = asked.value;
			if (!isLetThrough) return throttle.refuseMail(email);
			if (account) parts.afterAnswer(sendAgain(account));
			return ok(undefined);
		}
	};
}
