import { CHALLENGE_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { AUTHENTICATOR_FAILURES, SIGN_IN_RULES } from '#lib/domain/accounts/throttle.ts';
import type { AuditFactor } from '#lib/domain/audit/audit.ts';
import { isStaff, type Actor, type Role } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import { TYPED_NAME, type AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, sessionIdOfToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { createAccountsRepository, type Account } from './accounts.repository.ts';
import { authenticatorFailuresRepository } from './authenticator-failures.repository.ts';
import { createAuthenticatorFailures, failureOwnerOf } from './authenticator-failures.ts';
import { createChallengesRepository } from './challenges.repository.ts';
import { devicesRepository } from './devices.repository.ts';
import { createRehash } from './rehash.ts';
import { dropNoticesOf } from './push-ends.ts';
import type { Sessions } from './sessions.ts';
import type { Admit } from './sign-in-admission.ts';
import type { SignInNotices } from './sign-in-notices.ts';
import { DEVICE_SCOPES, type ThrottleService } from './throttle.service.ts';
import type { findTotpStep } from './totp.ts';

/** Customers and staff come in by different doors; neither opens for the other. */
export type Door = 'customer' | 'staff';

/** What the browser brought along, read from its cookies. */
export type Browser = {
	readonly deviceToken: string | null;
	/** Of an earlier session in the same browser: it ends, and its token is never used again (S3). */
	readonly sessionToken: string | null;
};

/** The second proof. A passkey has a door of its own: it proves both factors at once. */
export type SignInProof = { readonly kind: 'totp'; readonly code: string };

export type SignedInBrowser = {
	readonly sessionToken: string;
	/** For the cookie by which the browser is known the next time. */
	readonly deviceToken: string;
	readonly role: Role;
};

export type SignInService = ReturnType<typeof createSignInService>;

export function createSignInService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Passwords;
	readonly sessions: Pick<Sessions, 'end'>;
	readonly admit: Admit;
	/** Whether password and code are no way in for staff. */
	readonly staffNeedPasskey: boolean;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'signInTry' | 'codeTry' | 'forgetCodes' | 'purge'>;
	readonly notices: Pick<SignInNotices, 'sendWrongCode' | 'sendUnlock'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly findTotpStep: typeof findTotpStep;
	/** Work that the answer does not wait for: its time must not tell a known address (A17). */
	readonly afterAnswer: (work: Promise<unknown>) => void;
	/** Work that begins well after the answer. */
	readonly later: (work: () => Promise<unknown>) => void;
}) {
	const { db, cipher, clock, ids, passwords, sessions, audit, throttle, notices, admit } = parts;
	const accounts = createAccountsRepository(cipher);
	const challenges = createChallengesRepository(cipher);
	const failures = createAuthenticatorFailures(parts);
	const rehash = createRehash({ db, accounts, passwords, later: parts.later });

	/** To the staff of production this door looks the same and never opens: they have passkeys (Z8). */
	const isOpenTo = (account: Account, door: Door) =>
		isOpenAt(account, door) && !(door === 'staff' && parts.staffNeedPasskey);

	const record = (
		event: 'account/sign-in-failed' | 'account/sign-in-delayed',
		factors: readonly AuditFactor[],
		accountId: string | null,
		typedNameIndex: Uint8Array | null = null
	) =>
		audit.record({
			event,
			outcome: 'failure',
			objectRef: 'account',
			accountId,
			typedNameIndex,
			factors
		});

	/** What a wrong password leaves in the log. */
	async function wrongPassword(
		account: Account | null,
		typedNameIndex: Uint8Array,
		isFirstPause: boolean
	): Promise<readonly Write[]> {
		const id = account?.id ?? null;
		const name = account ? null : typedNameIndex;
		return [
			await record('account/sign-in-failed', ['password'], id, name),
			...(isFirstPause ? [await record('account/sign-in-delayed', ['password'], id, name)] : [])
		];
	}

	/** A wrong code; its failures count apart (A15): whoever fails here knows the password. */
	async function refuseCode(account: Account): Promise<Result<never>> {
		await failures.commit(
			failureOwnerOf(account),
			['totp'],
			await record('account/sign-in-failed', ['password', 'totp'], account.id)
		);
		parts.afterAnswer(notices.sendWrongCode(account));
		return REFUSED;
	}

	return {
		/**
		 * First step. Always answers a challenge: whether address or password are right shows only
		 * after the code, and not which of the three was wrong (security.md 3.7). One hash on every path
		 * that the throttle lets through, none on one it stops; which of the two depends on the typed
		 * address and on what was tried with it, never on whether somebody has it (A14, A17).
		 */
		async start(
			input: { readonly email: string; readonly password: string },
			door: Door,
			browser: Browser
		): Promise<Result<{ readonly challengeToken: string }>> {
			const emailIndexes = await accounts.emailIndex(input.email);
			const deviceHash = browser.deviceToken === null ? null : await hashToken(browser.deviceToken);
			const tried = await throttle.signInTry(input.email, emailIndexes, deviceHash);
			const asked = await db.commitAndRead(
				[],
				[tried.book, tried.isLocked, accounts.findByEmail(emailIndexes)]
			);
			if (!asked.ok) return asked;
			const [booked, isLocked, account] = asked.value;
			const isLetThrough = booked.length > 0;
			const isVerified =
				isLetThrough && (await passwords.verify(input.password, account?.passwordHash ?? null));
			const isPasswordRight = isVerified && account !== null && isOpenTo(account, door);
			const typedNameIndex = await cipher.blindIndex(TYPED_NAME, normaliseEmail(input.email));
			const challengeToken = newToken(ids);
			const isOwnRow = booked.some(({ scope }) => DEVICE_SCOPES.includes(scope));
			const isFirstPause = booked.some(
				({ scope, tries }) => scope === 'sign-in/unknown' && tries === SIGN_IN_RULES.unknown.free
			);
			const writes: readonly Write[] = !isLetThrough
				? []
				: isPasswordRight
					? [
							authenticatorFailuresRepository.clearPassword(account.id),
							await audit.record({
								event: 'account/password-accepted',
								objectRef: 'account',
								accountId: account.id,
								factors: ['password']
							})
						]
					: await wrongPassword(account, typedNameIndex, isFirstPause);
			// A right password at the wrong door, or of an account that is not active, is no failure of it.
			const failing = isLetThrough && !isVerified ? account : null;
			const commit = (...all: readonly Write[]) =>
				failing
					? failures.commit(failureOwnerOf(failing), ['password'], ...all)
					: db.commit(...all);
			const done = await commit(
				challenges.insert({
					tokenHash: await hashToken(challengeToken),
					accountId: account?.id ?? null,
					isPasswordRight,
					isDelayed: !isLetThrough,
					deviceHash: isOwnRow ? deviceHash : null,
					typedNameIndex: account ? null : typedNameIndex,
					door,
					expiresAtMs: clock.nowMs() + CHALLENGE_LIFETIME_MS
				}),
				...writes
			);
			if (!done.ok) return done;
			if (isLocked && !isPasswordRight && account?.status === 'active') {
				parts.afterAnswer(notices.sendUnlock(account));
			}
			if (isPasswordRight) rehash(account, input.password);
			return ok({ challengeToken });
		},

		/**
		 * Second step. The try is booked before the code is looked at, so parallel guesses cannot
		 * outrun the limit of five. Fails with `accounts/sign-in-failed` (address, password or code,
		 * never which) or `accounts/challenge-ended` (ten minutes or five tries are over).
		 */
		async finish(
			challengeToken: string,
			proof: SignInProof,
			browser: Browser
		): Promise<Result<SignedInBrowser>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(challengeToken);
			const oldSessionId =
				browser.sessionToken === null ? null : await sessionIdOfToken(browser.sessionToken);
			const deviceHash = browser.deviceToken === null ? null : await hashToken(browser.deviceToken);
			const asked = await db.commitAndRead(
				[challenges.bookTry(tokenHash, nowMs)],
				[
					throttle.codeTry(tokenHash),
					challenges.find(tokenHash, { deviceHash, oldSessionId }, nowMs)
				]
			);
			if (!asked.ok) return asked;
			const [isCodeLetThrough, challenge] = asked.value;
			const account = challenge?.account;
			// The log has the wrong password of the first step; here nothing is checked any more. It costs
			// the round trip a wrong code costs, or the time would tell a right password (A17).
			if (!challenge?.isPasswordRight || !account || !isOpenTo(account, challenge.door)) {
				await db.commit(challenges.keep(tokenHash));
				return REFUSED;
			}
			if (!isCodeLetThrough) {
				await db.commit(await record('account/sign-in-delayed', ['password', 'totp'], account.id));
				parts.afterAnswer(notices.sendUnlock(account));
				return REFUSED;
			}
			const step =
				challenge.totpSecret && parts.findTotpStep(challenge.totpSecret, proof.code, nowMs);
			if (step === null || step <= account.totpLastStep) return refuseCode(account);
			const admission = await admit(
				{ ...challenge, account, broughtDevice: browser.deviceToken, oldSessionId },
				'password+totp',
				['password', 'totp']
			);
			const done = await db.commit(
				challenges.use(tokenHash, nowMs),
				challenges.useTotpStep(account.id, step),
				throttle.forgetCodes(account.id),
				...admission.writes
			);
			if (!done.ok) {
				// The same code twice at once: one of them is in, and its owner needs no warning.
				await db.commit(await record('account/sign-in-failed', ['password', 'totp'], account.id));
				return REFUSED;
			}
			return ok({
				sessionToken: admission.sessionToken,
				deviceToken: admission.deviceToken,
				role: account.role
			});
		},

		/** Throws away what has expired: tries, challenges and devices nobody came back with. */
		purge(): Promise<Result<void>> {
			const nowMs = clock.nowMs();
			return db.commit(throttle.purge(), challenges.purge(nowMs), devicesRepository.purge(nowMs));
		},

		/** Ends the session at once, on the server, with its log entry; its device is told of nothing more. */
		async signOut(actor: Actor, sessionId: string): Promise<Result<void>> {
			return db.commit(
				dropNoticesOf(sessionId),
				sessions.end(sessionId),
				await audit.record({
					event: 'account/signed-out',
					objectRef: 'account',
					accountId: actor.accountId
				})
			);
		}
	};
}

const REFUSED = failed('unauthenticated', 'accounts/sign-in-failed');

/** Whether the account comes in by this door at all. */
export function belongsTo(account: Account, door: Door): boolean {
	return account.status === 'active' && isStaff(account.role) === (door === 'staff');
}

/** Whether the account can be signed in to at this door, with authenticators that are not off. */
function isOpenAt(account: Account, door: Door): boolean {
	return belongsTo(account, door) && account.passwordFailures < AUTHENTICATOR_FAILURES;
}
