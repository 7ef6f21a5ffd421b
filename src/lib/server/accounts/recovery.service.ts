import { ENROLMENT_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { opens, type RecoveryProof } from '#lib/domain/accounts/recovery.ts';
import type { LetterProof, PhoneRecovery } from '#lib/domain/accounts/recovery.schema.ts';
import type { AuditFactor } from '#lib/domain/audit/audit.ts';
import type { Operator } from '#lib/domain/operator.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { Write } from '#lib/server/db/client.ts';
import { hashToken, newToken } from '#lib/server/platform/ids.ts';
import { isEqualInConstantTime } from '#lib/server/platform/passwords.ts';
import type { Account } from './accounts.repository.ts';
import { authenticatorView, type AuthenticatorView } from './authenticator-view.ts';
import {
	createEnrolmentsRepository,
	type Enrolment,
	type EnrolmentBasis
} from './enrolments.repository.ts';
import { shutEveryDoor } from './open-doors.ts';
import { cancelCasesOfAccount } from './recovery-cases.repository.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import { createRecoveryFactorsRepository } from './recovery-factors.repository.ts';
import { recoveryLettersRepository } from './recovery-letters.repository.ts';
import { createRecoveryMails } from './recovery-mails.ts';
import {
	createRecoveryPassword,
	type PasswordTry,
	type RecoveryPasswordParts
} from './recovery-password.ts';
import { createRecoveryProofsRepository } from './recovery-proofs.repository.ts';
import { findTotpStep } from './totp.ts';

const TOTP_SECRET_BYTES = 20;
/** The id of no case: a booking on it costs its round trip and finds nothing. */
const NO_CASE = '';

/** What stands beside the password in the log (L1). */
type BesidePassword = Extract<AuditFactor, 'recovery-code' | 'letter-code'>;
const proofOf = ({ recoveryCaseId }: EnrolmentBasis): BesidePassword =>
	recoveryCaseId === null ? 'recovery-code' : 'letter-code';

export type RecoveryService = ReturnType<typeof createRecoveryService>;

/** A lost phone: a new authenticator for the password with a saved code, or with a letter's code. */
export function createRecoveryService(
	parts: RecoveryPasswordParts & { readonly operator: Pick<Operator, 'securityQuestions'> }
) {
	const { db, cipher, clock, ids, audit } = parts;
	const { securityQuestions } = parts.operator;
	const password = createRecoveryPassword(parts);
	const proofs = createRecoveryProofsRepository(cipher);
	const factors = createRecoveryFactorsRepository(cipher);
	const enrolments = createEnrolmentsRepository(cipher, 'recovery', 'accounts/recovery-ended');
	const mails = createRecoveryMails(parts);

	/** One answer for address, password and code: which of them was wrong is not told (A17). */
	async function refuse(tried: PasswordTry, proof: BesidePassword): Promise<Result<never>> {
		await password.commit(
			tried,
			await audit.record({
				event: 'account/recovery-failed',
				outcome: 'failure',
				objectRef: 'account',
				accountId: tried.account?.id ?? null,
				factors: ['password', proof]
			})
		);
		return failed('unauthenticated', 'accounts/recovery-refused');
	}

	async function openEnrolment(
		tried: PasswordTry,
		account: Account,
		basis: EnrolmentBasis
	): Promise<Result<{ readonly enrolmentToken: string }>> {
		const enrolmentToken = newToken(ids);
		const done = await password.commit(
			tried,
			await enrolments.insert({
				...basis,
				tokenHash: await hashToken(enrolmentToken),
				accountId: account.id,
				secret: ids.randomBytes(TOTP_SECRET_BYTES),
				expiresAtMs: clock.nowMs() + ENROLMENT_LIFETIME_MS
			}),
			await audit.record({
				event: 'account/recovery-started',
				objectRef: 'account',
				accountId: account.id,
				factors: ['password', proofOf(basis)]
			})
		);
		return done.ok ? ok({ enrolmentToken }) : done;
	}

	/** Uses up what the enrolment stands on; undone with everything else when that is gone. */
	function useBasis(found: Enrolment): readonly Write[] {
		const nowMs = clock.nowMs();
		const { account, recoveryCodeHash, recoveryCaseId } = found;
		if (recoveryCaseId !== null) return [recoveryLettersRepository.complete(recoveryCaseId, nowMs)];
		if (recoveryCodeHash === null) throw new Error('a recovery stands on a code or a case');
		return [
			proofs.useRecoveryCode(recoveryCodeHash, account.id, nowMs),
			cancelCasesOfAccount(account.id, nowMs)
		];
	}

	return {
		/**
		 * Password and a saved code open the set-up of a new authenticator. Nothing is used up yet. A
		 * password that is due to be changed proves nothing: an intruder may know it. First the reset.
		 * Fails with `accounts/recovery-refused` (never which was wrong, nor that the throttle stopped
		 * it) or `accounts/recovery-too-many-tries`. Answers the token of the enrolment, for a cookie.
		 */
		async startWithCode(
			input: PhoneRecovery,
			deviceToken: string | null = null
		): Promise<Result<{ readonly enrolmentToken: string }>> {
			const codeHash = await hashToken(input.recoveryCode);
			const emailIndex = await proofs.emailIndex(input.email);
			const book = await password.book(input.email, emailIndex, deviceToken);
			const booked = await db.commitAndRead(
				[book.write],
				[
					book.isLetThrough,
					book.isLocked,
					proofs.findByEmail(emailIndex),
					proofs.findCodeOwner(codeHash)
				]
			);
			if (!booked.ok) return booked;
			const [isLetThrough, isLocked, found, codeOwner] = booked.value;
			const tried = await password.check(found, { isLetThrough, isLocked }, input.password);
			const proven = new Set<RecoveryProof>();
			if (tried.isRight && !found?.mustChangePassword) proven.add('password');
			if (found && codeOwner === found.account.id) proven.add('recovery-code');
			if (!found || !opens(proven).has('new-authenticator')) {
				return refuse(tried, 'recovery-code');
			}
			return openEnrolment(tried, found.account, {
				recoveryCodeHash: codeHash,
				recoveryCaseId: null
			});
		},

		/**
		 * Password and the code of the letter at the end of a case. Who prints or opens the letter has
		 * only one half. A wrong code is booked on the letter when the password was right, so that a
		 * stranger cannot use up its five tries; every other try books on no letter, in the same three
		 * round trips (A17). Fails as `startWithCode`, or with `portal/not-found` when the questions are
		 * switched off, also for a letter that is on its way.
		 */
		async startWithLetter(
			input: LetterProof,
			deviceToken: string | null = null
		): Promise<Result<{ readonly enrolmentToken: string }>> {
			if (securityQuestions === 'off') return failed('not-found', 'portal/not-found');
			const nowMs = clock.nowMs();
			const emailIndex = await proofs.emailIndex(input.email);
			const book = await password.book(input.email, emailIndex, deviceToken);
			const booked = await db.commitAndRead(
				[book.write],
				[
					book.isLetThrough,
					book.isLocked,
					proofs.findByEmail(emailIndex),
					recoveryLettersRepository.find(emailIndex, nowMs)
				]
			);
			if (!booked.ok) return booked;
			const [isLetThrough, isLocked, found, letter] = booked.value;
			const tried = await password.check(found, { isLetThrough, isLocked }, input.password);
			const caseId = tried.isRight && letter ? letter.caseId : NO_CASE;
			const isBooked = (await db.commit(recoveryLettersRepository.bookTry(caseId, nowMs))).ok;
			if (!found || !letter || !isBooked) return refuse(tried, 'letter-code');
			const typed = await hashToken(input.letterCode);
			if (!isEqualInConstantTime(typed, letter.letterCodeHash)) {
				return refuse(tried, 'letter-code');
			}
			return openEnrolment(tried, found.account, {
				recoveryCodeHash: null,
				recoveryCaseId: letter.caseId
			});
		},

		/** What the new app scans. Fails with `accounts/recovery-ended` after ten minutes. */
		async showEnrolment(enrolmentToken: string): Promise<Result<AuthenticatorView>> {
			const [found] = await db.read(
				enrolments.find(await hashToken(enrolmentToken), clock.nowMs())
			);
			if (!found) return failed('conflict', 'accounts/recovery-ended');
			return ok(authenticatorView(found.account.contact.email, found.secret));
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
				[enrolments.bookTry(tokenHash, nowMs)],
				[enrolments.find(tokenHash, nowMs)]
			);
			if (!booked.ok) return booked;
			const [found] = booked.value;
			const isSwitchedOff = found?.recoveryCaseId != null && securityQuestions === 'off';
			if (!found || isSwitchedOff) return failed('conflict', 'accounts/recovery-ended');
			const step = findTotpStep(found.secret, code, nowMs);
			if (step === null) return failed('invalid', 'accounts/code-invalid');
			const { account, secret } = found;
			const { codes, hashes: codeHashes } = await newRecoveryCodes(ids);
			const recoveredAtMs = found.recoveryCaseId === null ? null : nowMs;
			const done = await db.commit(
				enrolments.use(tokenHash, nowMs),
				...useBasis(found),
				await factors.replaceFactors(account.id, { secret, step, codeHashes, recoveredAtMs }),
				shutEveryDoor(account.id),
				await mails.tellWithWayOut(account, 'authenticator-recovered'),
				await audit.record({
					event: 'account/authenticator-recovered',
					objectRef: 'account',
					accountId: account.id,
					factors: ['password', proofOf(found)]
				})
			);
			return done.ok ? ok({ recoveryCodes: codes }) : done;
		}
	};
}
