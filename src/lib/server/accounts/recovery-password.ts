import { addressBlockOf } from '#lib/domain/accounts/address-block.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import { MINUTE_MS } from '#lib/domain/calendar.ts';
import type { Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Unmet, Write } from '#lib/server/db/client.ts';
import { hashToken } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import type { Account } from './accounts.repository.ts';
import { authenticatorFailuresRepository } from './authenticator-failures.repository.ts';
import { createAuthenticatorFailures, failureOwnerOf } from './authenticator-failures.ts';
import type { Authenticator } from './authenticator-failures.repository.ts';
import type { MailParts } from './recovery-mails.ts';
import type { Recoverable } from './recovery-proofs.repository.ts';
import { recoveryTriesRepository } from './recovery-tries.repository.ts';
import type { SignInNotices } from './sign-in-notices.ts';
import type { ThrottleService } from './throttle.service.ts';

/** Tries of one visitor with one address, on top of the brakes of the sign-in. */
const TRIES = 10;
const TRIES_LIFETIME_MS = 15 * MINUTE_MS;

export const TOO_MANY_TRIES: Unmet = {
	kind: 'rate-limited',
	code: 'accounts/recovery-too-many-tries'
};

/** A password that was typed, and what it leaves behind. */
export type PasswordTry = {
	readonly account: Account | null;
	readonly isRight: boolean;
	readonly failed: readonly Authenticator[];
	readonly clears: readonly Write[];
};

export type RecoveryPasswordParts = MailParts & {
	readonly db: Database;
	readonly passwords: Passwords;
	readonly origin: Pick<Origin, 'ip'>;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'signInTry'>;
	readonly notices: Pick<SignInNotices, 'sendUnlock'>;
	/** Work that the answer does not wait for: its time must not tell a known address (A17). */
	readonly afterAnswer: (work: Promise<unknown>) => void;
};

/** What the throttle says of a try: whether it is looked at, and whether only a mail opens more. */
type Booking = { readonly isLetThrough: boolean; readonly isLocked: boolean };

/**
 * The password of a recovery, under the brakes of the sign-in: the same rows for address, network and
 * everybody, the same count of failures. Or this would be the door to guess at (A10, A12, A13).
 */
export function createRecoveryPassword(parts: RecoveryPasswordParts) {
	const { db, cipher, clock, passwords, throttle, notices } = parts;
	const failures = createAuthenticatorFailures(parts);

	async function verify(account: Account | null, password: string): Promise<PasswordTry> {
		const isVerified = await passwords.verify(password, account?.passwordHash ?? null);
		const isRight =
			isVerified && account !== null && account.passwordFailures < AUTHENTICATOR_FAILURES;
		return {
			account,
			isRight,
			failed: isVerified ? [] : ['password'],
			clears: isRight ? [authenticatorFailuresRepository.clearPassword(account.id)] : []
		};
	}

	return {
		/** For the batch that reads the account, before the password is looked at. Ask in this order. */
		async book(
			email: string,
			emailIndexes: readonly Uint8Array[],
			deviceToken: string | null
		): Promise<{
			readonly write: Write;
			readonly isLetThrough: Read<boolean>;
			readonly isLocked: Read<boolean>;
		}> {
			const visitor = `${normaliseEmail(email)}\u0000${addressBlockOf(parts.origin.ip) ?? 'none'}`;
			const deviceHash = deviceToken === null ? null : await hashToken(deviceToken);
			const tried = await throttle.signInTry(email, emailIndexes, deviceHash);
			const { query, map } = tried.book;
			return {
				write: recoveryTriesRepository.book(
					{ scope: 'recovery', keyHash: await cipher.blindIndex('recovery', visitor) },
					TRIES,
					{ nowMs: clock.nowMs(), lifetimeMs: TRIES_LIFETIME_MS },
					TOO_MANY_TRIES
				),
				isLetThrough: { query, map: async (rows) => (await map(rows)).length > 0 },
				isLocked: tried.isLocked
			};
		},

		/**
		 * One hash for known and unknown addresses alike; none for a try the throttle stops (A17). Whoever
		 * is locked out by strangers gets the way past them in a mail, as at the sign-in (A11).
		 */
		async check(
			found: Recoverable | null,
			{ isLetThrough, isLocked }: Booking,
			password: string
		): Promise<PasswordTry> {
			const account = found?.account ?? null;
			const tried = isLetThrough
				? await verify(account, password)
				: { account, isRight: false, failed: [], clears: [] };
			if (isLocked && account && !tried.isRight) parts.afterAnswer(notices.sendUnlock(account));
			return tried;
		},

		/** Commits what comes of a try, with its count. */
		commit(tried: PasswordTry, ...writes: readonly Write[]): Promise<Result<void>> {
			const { account, failed, clears } = tried;
			if (!account) return db.commit(...writes);
			return failures.commit(failureOwnerOf(account), failed, ...clears, ...writes);
		}
	};
}
