import { encodeBase32UpperCaseNoPadding, encodeHexLowerCase } from '@oslojs/encoding';
import { createTOTPKeyURI } from '@oslojs/otp';
import {
	ENROLMENT_LIFETIME_MS,
	TOTP_DIGITS,
	TOTP_STEP_MS,
	VERIFY_MAIL_LIFETIME_MS
} from '#lib/domain/accounts/lifetimes.ts';
import { isStaff } from '#lib/domain/actor.ts';
import {
	answersOf,
	normaliseEmail,
	type Registration
} from '#lib/domain/accounts/registration.schema.ts';
import { normaliseAnswer } from '#lib/domain/accounts/security-questions.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Language, Mail } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import {
	hashToken,
	newRecoveryCode,
	newToken,
	normaliseCode,
	type Ids
} from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { createAccountsRepository, type Account } from './accounts.repository.ts';
import { createEnrolmentsRepository } from './enrolments.repository.ts';
import type { ThrottleService } from './throttle.service.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { findTotpStep } from './totp.ts';

const TOTP_SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
const LINK_INVALID = failed('invalid', 'accounts/link-invalid');
const ADDRESS_TAKEN = { kind: 'conflict', code: 'portal/invalid-input' } as const;

/** What the page needs to draw the QR code. Shown to whoever proved the mailbox, until the first code. */
export type EnrolmentView = { readonly otpauthUri: string; readonly secretText: string };

export type RegistrationService = ReturnType<typeof createRegistrationService>;

export function createRegistrationService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Passwords;
	readonly passwordPolicy: PasswordPolicy;
	readonly normalisePhone: (typed: string) => string | null;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'book' | 'bookMail' | 'refuseMail'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, cipher, clock, ids, passwords, audit, mails, throttle } = parts;
	const accounts = createAccountsRepository(cipher);
	const enrolments = createEnrolmentsRepository(cipher, 'registration', 'accounts/enrolment-ended');

	/** Both answers, each hashed with a salt of its own; none when the operator asks no questions. */
	async function answerWrites(
		owner: { readonly accountId: string; readonly personId: string },
		input: Registration
	): Promise<Write[]> {
		const writes: Write[] = [];
		for (const { slot, question, answer } of answersOf(input)) {
			const answerHash = await passwords.hash(normaliseAnswer(answer));
			writes.push(await accounts.insertAnswer(owner, { slot, question, answerHash }));
		}
		return writes;
	}

	/** Everything a new, pending account consists of, mail included. */
	async function newAccountWrites(
		input: Registration,
		mobile: string,
		language: Language
	): Promise<Write[]> {
		const nowMs = clock.nowMs();
		const accountId = ids.newId();
		const personId = ids.newId();
		const profile = { firstName: input.firstName, lastName: input.lastName, dateOfBirth: null };
		const token = newToken(ids);
		const owner = { accountId, personId };
		const person = await insertPerson(cipher, { id: personId, profile, nowMs });
		const shown = { accountId, language, shownAtMs: nowMs };
		return [
			person,
			await accounts.insert(
				{
					id: accountId,
					personId,
					role: 'customer',
					contact: { email: input.email, mobile },
					language,
					passwordHash: await passwords.hash(input.password),
					nowMs
				},
				ADDRESS_TAKEN
			),
			...(await answerWrites(owner, input)),
			accounts.insertShownNotice({
				...shown,
				notice: 'privacy-notice',
				version: OPERATOR.legalTexts.privacyNotice.version
			}),
			accounts.insertShownNotice({
				...shown,
				notice: 'mailbox-warning',
				version: OPERATOR.legalTexts.privacyNotice.version
			}),
			accounts.insertMailToken({
				tokenHash: await hashToken(token),
				accountId,
				purpose: 'verify-mail',
				emailIndex: await cipher.blindIndex('email', normaliseEmail(input.email)),
				expiresAtMs: nowMs + VERIFY_MAIL_LIFETIME_MS
			}),
			await mails.enqueue(
				ids.newId(),
				personId,
				{
					template: 'verify-mail',
					to: input.email,
					language,
					name: fullName(profile),
					code: token
				},
				nowMs
			),
			await audit.record({ event: 'account/registered', objectRef: 'account', accountId })
		];
	}

	/** The owner of an active account learns that somebody tried; whoever tried learns nothing. */
	async function knownAddressWrites(account: Account, input: Registration): Promise<Write[]> {
		// As many hashes as for a new account: the answer's time must not tell (A17).
		await passwords.hash(input.password);
		for (const { answer } of answersOf(input)) await passwords.hash(answer);
		return [
			await mails.enqueue(
				ids.newId(),
				account.personId,
				{
					template: 'already-registered',
					to: account.contact.email,
					language: account.language,
					name: fullName(account.profile)
				},
				clock.nowMs()
			),
			await audit.record({
				event: 'account/registered',
				outcome: 'failure',
				objectRef: 'account',
				accountId: account.id
			})
		];
	}

	return {
		/**
		 * Takes a registration. The answer is the same whether or not the address is known.
		 * Fails with `portal/invalid-input` only for the mobile number and a password that the policy
		 * refuses, before anything is looked up, and with `portal/limit-reached` by the address typed and
		 * by the network it comes from, whoever has the address.
		 */
		async register(input: Registration, language: Language): Promise<Result<void>> {
			const mobile = parts.normalisePhone(input.mobile);
			if (mobile === null) {
				return failed('invalid', 'portal/invalid-input', { mobile: 'phone-invalid' });
			}
			const issues = await parts.passwordPolicy.check(input.password, {
				names: [input.firstName, input.lastName],
				email: input.email,
				mobile
			});
			if (issues) return failed('invalid', 'portal/invalid-input', issues);
			const asked = await db.commitAndRead(
				[],
				[
					await throttle.bookMail(input.email),
					accounts.findByEmail(await accounts.emailIndex(input.email))
				]
			);
			if (!asked.ok) return asked;
			const [isLetThrough, known] = asked.value;
			if (!isLetThrough) return throttle.refuseMail(input.email);
			// A stranger who types an invited colleague's address must not replace the invitation.
			if (known && (known.status !== 'pending' || isStaff(known.role))) {
				return db.commit(...(await knownAddressWrites(known, input)));
			}
			const fresh = await newAccountWrites(input, mobile, language);
			await db.commit(...(known ? [accounts.deletePending(known.id)] : []), ...fresh);
			// Whether another request took the address meanwhile must not show: of two sent at once only
			// an unknown address has a loser (A17).
			return ok(undefined);
		},

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
		async showEnrolment(enrolmentToken: string): Promise<Result<EnrolmentView>> {
			const [found] = await db.read(
				enrolments.find(await hashToken(enrolmentToken), clock.nowMs())
			);
			if (!found) return failed('conflict', 'accounts/enrolment-ended');
			const { account, secret } = found;
			return ok({
				otpauthUri: createTOTPKeyURI(
					`${OPERATOR.insurerName} ${OPERATOR.portalName}`,
					account.contact.email,
					secret,
					TOTP_STEP_MS / 1000,
					TOTP_DIGITS
				),
				secretText: encodeBase32UpperCaseNoPadding(secret)
			});
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
			const codes = Array.from({ length: RECOVERY_CODES }, () => newRecoveryCode(ids));
			const hashes = await Promise.all(codes.map((one) => hashToken(normaliseCode(one))));
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
