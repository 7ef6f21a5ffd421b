import { encodeBase32UpperCaseNoPadding } from '@oslojs/encoding';
import { createTOTPKeyURI } from '@oslojs/otp';
import {
	ENROLMENT_LIFETIME_MS,
	TOTP_DIGITS,
	TOTP_STEP_MS
} from '#lib/domain/accounts/lifetimes.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { opens, type RecoveryProof } from '#lib/domain/accounts/recovery.ts';
import type { LetterProof, PhoneRecovery } from '#lib/domain/accounts/recovery.schema.ts';
import { addressBlockOf } from '#lib/domain/accounts/address-block.ts';
import { AUTHENTICATOR_FAILURES } from '#lib/domain/accounts/throttle.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import { MINUTE_MS } from '#lib/domain/calendar.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Unmet, Write } from '#lib/server/db/client.ts';
import { hashToken, newRecoveryCode, newToken, normaliseCode } from '#lib/server/platform/ids.ts';
import { isEqualInConstantTime, type Passwords } from '#lib/server/platform/passwords.ts';
import type { Account } from './accounts.repository.ts';
import { shutEveryDoor } from './open-doors.ts';
import { createRecoveryCasesRepository } from './recovery-cases.repository.ts';
import {
	createRecoveryFactorsRepository,
	type RecoveryEnrolment
} from './recovery-factors.repository.ts';
import { createRecoveryMails, type MailParts } from './recovery-mails.ts';
import { createRecoveryProofsRepository } from './recovery-proofs.repository.ts';
import { findTotpStep } from './totp.ts';

const TOTP_SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** Tries of one visitor with one address. Codes of 130 bits need no lock; the hashing needs a brake. */
const TRIES = 10;
const TRIES_LIFETIME_MS = 15 * MINUTE_MS;

const TOO_MANY: Unmet = { kind: 'rate-limited', code: 'accounts/recovery-too-many-tries' };

type EnrolmentBasis = {
	readonly recoveryCodeHash: Uint8Array | null;
	readonly recoveryCaseId: string | null;
};

export type RecoveryService = ReturnType<typeof createRecoveryService>;

/** A lost phone: a new authenticator for the password with a saved code, or with a letter's code. */
export function createRecoveryService(
	parts: MailParts & {
		readonly db: Database;
		readonly passwords: Passwords;
		readonly origin: Pick<Origin, 'ip'>;
		readonly audit: Pick<AuditService, 'record'>;
	}
) {
	const { db, cipher, clock, ids, passwords, audit } = parts;
	const proofs = createRecoveryProofsRepository(cipher);
	const factors = createRecoveryFactorsRepository(cipher);
	const cases = createRecoveryCasesRepository(cipher);
	const mails = createRecoveryMails(parts);

	/** Booked before the password is looked at, for known and unknown addresses alike (A10, A17). */
	async function bookTry(email: string): Promise<Write> {
		const visitor = `${normaliseEmail(email)}\u0000${addressBlockOf(parts.origin.ip) ?? 'none'}`;
		return proofs.bookTry(
			{ scope: 'recovery', keyHash: await cipher.blindIndex('recovery', visitor) },
			TRIES,
			{ nowMs: clock.nowMs(), lifetimeMs: TRIES_LIFETIME_MS },
			TOO_MANY
		);
	}

	/** One answer for address, password and code: which of them was wrong is not told (A17). */
	async function refuse(account: Account | null): Promise<Result<never>> {
		await db.commit(
			await audit.record({
				event: 'account/recovery-failed',
				outcome: 'failure',
				objectRef: 'account',
				accountId: account?.id ?? null
			})
		);
		return failed('unauthenticated', 'accounts/recovery-refused');
	}

	async function openEnrolment(
		account: Account,
		basis: EnrolmentBasis
	): Promise<Result<{ readonly enrolmentToken: string }>> {
		const enrolmentToken = newToken(ids);
		const done = await db.commit(
			await factors.insertEnrolment({
				...basis,
				tokenHash: await hashToken(enrolmentToken),
				accountId: account.id,
				secret: ids.randomBytes(TOTP_SECRET_BYTES),
				expiresAtMs: clock.nowMs() + ENROLMENT_LIFETIME_MS
			}),
			await audit.record({
				event: 'account/recovery-started',
				objectRef: 'account',
				accountId: account.id
			})
		);
		return done.ok ? ok({ enrolmentToken }) : done;
	}

	/** Uses up what the enrolment stands on; undone with everything else when that is gone. */
	function useBasis(found: RecoveryEnrolment): readonly Write[] {
		const nowMs = clock.nowMs();
		const { account, recoveryCodeHash, recoveryCaseId } = found;
		if (recoveryCaseId !== null) return [cases.complete(recoveryCaseId, nowMs)];
		if (recoveryCodeHash === null) throw new Error('a recovery stands on a code or a case');
		return [
			proofs.useRecoveryCode(recoveryCodeHash, account.id, nowMs),
			cases.cancelOfAccount(account.id, nowMs)
		];
	}

	return {
		/**
		 * Password and a saved code open the set-up of a new authenticator. Nothing is used up yet. A
		 * password that is due to be changed proves nothing: an intruder may know it. First the reset.
		 * Fails with `accounts/recovery-refused` (never which was wrong) or
		 * `accounts/recovery-too-many-tries`. Answers the token of the enrolment, for a cookie.
		 */
		async startWithCode(
			input: PhoneRecovery
		): Promise<Result<{ readonly enrolmentToken: string }>> {
			const codeHash = await hashToken(input.recoveryCode);
			const booked = await db.commitAndRead(
				[await bookTry(input.email)],
				[proofs.findByEmail(await proofs.emailIndex(input.email)), proofs.findCodeOwner(codeHash)]
			);
			if (!booked.ok) return booked;
			const [found, codeOwner] = booked.value;
			const isPasswordRight = await passwords.verify(
				input.password,
				found?.account.passwordHash ?? null
			);
			const proven = new Set<RecoveryProof>();
			if (
				isPasswordRight &&
				found &&
				found.passwordFailures < AUTHENTICATOR_FAILURES &&
				!found.mustChangePassword
			)
				proven.add('password');
			if (found && codeOwner === found.account.id) proven.add('recovery-code');
			if (!found || !opens(proven).has('new-authenticator')) return refuse(found?.account ?? null);
			return openEnrolment(found.account, { recoveryCodeHash: codeHash, recoveryCaseId: null });
		},

		/**
		 * Password and the code of the letter at the end of a case. Who prints or opens the letter has
		 * only one half. A wrong code is booked on the letter when the password was right, so that a
		 * stranger cannot use up its five tries. Fails as `startWithCode`.
		 */
		async startWithLetter(
			input: LetterProof
		): Promise<Result<{ readonly enrolmentToken: string }>> {
			const nowMs = clock.nowMs();
			const emailIndex = await proofs.emailIndex(input.email);
			const booked = await db.commitAndRead(
				[await bookTry(input.email)],
				[proofs.findByEmail(emailIndex), cases.findLetter(emailIndex, nowMs)]
			);
			if (!booked.ok) return booked;
			const [found, letter] = booked.value;
			const isPasswordRight = await passwords.verify(
				input.password,
				found?.account.passwordHash ?? null
			);
			const hasPassword =
				isPasswordRight && found && found.passwordFailures < AUTHENTICATOR_FAILURES;
			if (!hasPassword || !letter) return refuse(found?.account ?? null);
			const tried = await db.commit(cases.bookLetterTry(letter.caseId, nowMs));
			if (!tried.ok) return refuse(found.account);
			const typed = await hashToken(input.letterCode);
			if (!isEqualInConstantTime(typed, letter.letterCodeHash)) return refuse(found.account);
			return openEnrolment(found.account, {
				recoveryCodeHash: null,
				recoveryCaseId: letter.caseId
			});
		},

		/** What the new app scans. Fails with `accounts/recovery-ended` after ten minutes. */
		async showEnrolment(
			enrolmentToken: string
		): Promise<Result<{ readonly otpauthUri: string; readonly secretText: string }>> {
			const [found] = await db.read(
				factors.findEnrolment(await hashToken(enrolmentToken), clock.nowMs())
			);
			if (!found) return failed('conflict', 'accounts/recovery-ended');
			return ok({
				otpauthUri: createTOTPKeyURI(
					`${OPERATOR.insurerName} ${OPERATOR.portalName}`,
					found.account.contact.email,
					found.secret,
					TOTP_STEP_MS / 1000,
					TOTP_DIGITS
				),
				secretText: encodeBase32UpperCaseNoPadding(found.secret)
			});
		},

		/**
		 * The first code of the new app: proof used up, old secret replaced, every session ended, new
		 * recovery codes, in one batch. Nobody is signed in by it. Fails with `accounts/code-invalid`
		 * (try again), `accounts/recovery-ended`, or with `accounts/proof-invalid` and
		 * `accounts/case-closed` when what it stands on has gone meanwhile.
		 * Answers the ten new codes: the only time they exist in clear.
		 */
		async finish(
			enrolmentToken: string,
			code: string
		): Promise<Result<{ readonly recoveryCodes: readonly string[] }>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(enrolmentToken);
			const booked = await db.commitAndRead(
				[factors.bookEnrolmentTry(tokenHash, nowMs)],
				[factors.findEnrolment(tokenHash, nowMs)]
			);
			if (!booked.ok) return booked;
			const [found] = booked.value;
			if (!found) return failed('conflict', 'accounts/recovery-ended');
			const step = findTotpStep(found.secret, code, nowMs);
			if (step === null) return failed('invalid', 'accounts/code-invalid');
			const { account, secret } = found;
			const codes = Array.from({ length: RECOVERY_CODES }, () => newRecoveryCode(ids));
			const codeHashes = await Promise.all(codes.map((one) => hashToken(normaliseCode(one))));
			const recoveredAtMs = found.recoveryCaseId === null ? null : nowMs;
			const done = await db.commit(
				factors.useEnrolment(tokenHash, nowMs),
				...useBasis(found),
				await factors.replaceFactors(account.id, { secret, step, codeHashes, recoveredAtMs }),
				shutEveryDoor(account.id),
				await mails.tellWithWayOut(account, 'authenticator-recovered'),
				await audit.record({
					event: 'account/authenticator-recovered',
					objectRef: 'account',
					accountId: account.id
				})
			);
			return done.ok ? ok({ recoveryCodes: codes }) : done;
		}
	};
}
