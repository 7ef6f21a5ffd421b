import { VERIFY_MAIL_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { isStaff } from '#lib/domain/actor.ts';
import {
	answersOf,
	normaliseEmail,
	type Registration
} from '#lib/domain/accounts/registration.schema.ts';
import { normaliseAnswer } from '#lib/domain/accounts/security-questions.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { Language, Mail } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { createAccountsRepository, type Account } from './accounts.repository.ts';
import type { ThrottleService } from './throttle.service.ts';
import { insertPerson } from '#lib/server/db/people.ts';

const ADDRESS_TAKEN = { kind: 'conflict', code: 'portal/invalid-input' } as const;

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
	readonly throttle: Pick<ThrottleService, 'bookMail' | 'refuseMail'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, cipher, clock, ids, passwords, audit, mails, throttle } = parts;
	const accounts = createAccountsRepository(cipher);

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
		}
	};
}
