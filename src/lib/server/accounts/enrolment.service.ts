import { encodeHexLowerCase } from '@oslojs/encoding';
import { ENROLMENT_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, normaliseCode, type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { createAccountsRepository } from './accounts.repository.ts';
import { authenticatorView, type AuthenticatorView } from './authenticator-view.ts';
import { createEnrolmentsRepository } from './enrolments.repository.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import type { ThrottleService } from './throttle.service.ts';
import { findTotpStep } from './totp.ts';

const TOTP_SECRET_BYTES = 20;
const LINK_INVALID = failed('invalid', 'accounts/link-invalid');

export type EnrolmentService = ReturnType<typeof createEnrolmentService>;

/** From the link in the mail to the active account: the mailbox is proved, then the authenticator app. */
export function createEnrolmentService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Pick<Passwords, 'verify'>;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'book'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, cipher, clock, ids, passwords, audit, mails, throttle } = parts;
	const accounts = createAccountsRepository(cipher);
	const enrolments = createEnrolmentsRepository(cipher, 'registration', 'accounts/enrolment-ended');

	return {
		/**
		 * Takes the code from the mail once, with the password chosen before, and opens the set-up of the
		 * authenticator app. The password keeps out whoever registers somebody else's address and lets
		 * its owner finish: they would share the account. Fails with `accounts/link-invalid` for an
		 * unknown, used or expired code, also after five wrong passwords; a wrong one is an issue of its
		 * field. Answers the token of the enrolment, for a cookie.
		 */
		async verifyMail(
			typedCode: string,
			password: string
		): Promise<Result<{ readonly enrolmentToken: string }>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(normaliseCode(typedCode));
			const [account] = await db.read(accounts.findByMailToken(tokenHash, 'verify-mail'));
			if (!account || account.status !== 'pending') return LINK_INVALID;
			const tokenKey = encodeHexLowerCase(tokenHash);
			const booked = await db.commitAndRead(
				[],
				[await throttle.book('mail-code', tokenKey, LIMITS.mailCodeTries)]
			);
			if (!booked.ok) return booked;
			if (!booked.value[0]) return LINK_INVALID;
			if (!(await passwords.verify(password, account.passwordHash))) {
				return failed('invalid', 'portal/invalid-input', { password: 'password-wrong' });
			}
			const enrolmentToken = newToken(ids);
			const done = await db.commit(
				accounts.useMailToken(tokenHash, 'verify-mail', nowMs),
				await enrolments.insert({
					tokenHash: await hashToken(enrolmentToken),
					accountId: account.id,
					secret: ids.randomBytes(TOTP_SECRET_BYTES),
					expiresAtMs: nowMs + ENROLMENT_LIFETIME_MS
				}),
				await audit.record({
					event: 'account/mail-verified',
					objectRef: 'account',
					accountId: account.id
				})
			);
			return done.ok ? ok({ enrolmentToken }) : done;
		},

		/** What the authenticator app scans. Fails with `accounts/enrolment-ended` after ten minutes. */
		async showEnrolment(enrolmentToken: string): Promise<Result<AuthenticatorView>> {
			const [found] = await db.read(
				enrolments.find(await hashToken(enrolmentToken), clock.nowMs())
			);
			if (!found) return failed('conflict', 'accounts/enrolment-ended');
			return ok(authenticatorView(found.account.contact.email, found.secret));
		},

		/**
		 * Checks the first code and makes the account active, in one batch with its recovery codes.
		 * Fails with `accounts/code-invalid` (try again) or `accounts/enrolment-ended` (start anew).
		 * Answers the ten codes: the only time they exist in clear.
		 */
		async activate(
			enrolmentToken: string,
			code: string
		): Promise<Result<{ readonly recoveryCodes: readonly string[] }>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(enrolmentToken);
			const booked = await db.commitAndRead(
				[enrolments.bookTry(tokenHash, nowMs)],
				[enrolments.find(tokenHash, nowMs)]
			);
			if (!booked.ok) return booked;
			const [found] = booked.value;
			if (!found) return failed('conflict', 'accounts/enrolment-ended');
			const step = findTotpStep(found.secret, code, nowMs);
			if (step === null) return failed('invalid', 'accounts/code-invalid');
			const { account, secret } = found;
			const { codes, hashes } = await newRecoveryCodes(ids);
			const done = await db.commit(
				enrolments.use(tokenHash, nowMs),
				await accounts.activate(account.id, { secret, step }, nowMs),
				accounts.insertRecoveryCodes(account.id, hashes),
				await mails.enqueue(
					ids.newId(),
					account.personId,
					{
						template: 'registration-complete',
						to: account.contact.email,
						language: account.language,
						name: fullName(account.profile)
					},
					nowMs
				),
				await audit.record({
					event: 'account/activated',
					objectRef: 'account',
					accountId: account.id
				})
			);
			return done.ok ? ok({ recoveryCodes: codes }) : done;
		}
	};
}
