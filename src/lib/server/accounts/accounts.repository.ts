import { and, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { SecurityQuestion } from '#lib/domain/accounts/security-questions.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { parseContact, type Contact, type Profile } from '#lib/domain/accounts/profile.ts';
import { CHALLENGE_TRIES, ENROLMENT_TRIES } from '#lib/domain/accounts/lifetimes.ts';
import type { Role } from '#lib/domain/actor.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import {
	accounts,
	enrolments,
	mailTokens,
	recoveryCodes,
	securityAnswers,
	shownNotices,
	signInChallenges
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { openPerson } from '#lib/server/db/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { contactCell, totpCell } from './account-cells.ts';

/** An account as the sign-in rooms see it: opened, but without its authenticator secret. */
export type Account = {
	readonly id: string;
	readonly personId: string;
	readonly role: Role;
	readonly status: 'pending' | 'active' | 'disabled';
	readonly language: Language;
	readonly passwordHash: string;
	readonly totpLastStep: number;
	readonly contact: Contact;
	readonly profile: Profile;
};

export type NewAccount = {
	readonly id: string;
	readonly personId: string;
	readonly role: Role;
	readonly contact: Contact;
	readonly language: Language;
	readonly passwordHash: string;
	readonly nowMs: number;
};

export type AccountsRepository = ReturnType<typeof createAccountsRepository>;

export function createAccountsRepository(cipher: Cipher) {
	async function openAccount(
		row: typeof accounts.$inferSelect,
		person: typeof people.$inferSelect
	): Promise<Account> {
		const profile = await openPerson(cipher, person);
		const contact = await cipher.openJson(contactCell(row.id, row.personId), row.contact);
		return {
			id: row.id,
			personId: row.personId,
			role: row.role,
			status: row.status,
			language: row.language,
			passwordHash: row.passwordHash,
			totpLastStep: row.totpLastStep,
			contact: parseContact(contact),
			profile
		};
	}

	return {
		/** What an address may be stored under: more than one value while the index key is changing. */
		emailIndex: (email: string) => cipher.blindIndexes('email', normaliseEmail(email)),

		findByEmail(emailIndexes: readonly Uint8Array[]): Read<Account | null> {
			return read(
				sqlBuilder
					.select()
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(inArray(accounts.emailIndex, emailIndexes)),
				async ([row]) => (row ? openAccount(row.accounts, row.people) : null)
			);
		},

		/** `unmet`: another account has the address. */
		async insert(account: NewAccount, unmet: Unmet | null = null): Promise<Write> {
			const { contact, nowMs, ...open } = account;
			const sealed = await cipher.sealJson(contactCell(account.id, account.personId), contact);
			const emailIndex = await cipher.blindIndex('email', normaliseEmail(contact.email));
			return write(
				sqlBuilder.insert(accounts).values({
					...open,
					contact: sealed,
					emailIndex,
					status: 'pending',
					createdAtMs: nowMs
				}),
				unmet
			);
		},

		/** An unconfirmed account makes room for a newer registration with the same address. */
		deletePending(accountId: string): Write {
			return write(
				sqlBuilder
					.delete(accounts)
					.where(and(eq(accounts.id, accountId), eq(accounts.status, 'pending')))
			);
		},

		async insertAnswer(
			owner: { readonly accountId: string; readonly personId: string },
			answer: { slot: 1 | 2; question: SecurityQuestion; answerHash: string }
		): Promise<Write> {
			const question = await cipher.sealJson(
				{
					table: 'security_answers',
					column: 'question',
					rowId: `${owner.accountId}/${answer.slot}`,
					personId: owner.personId
				},
				answer.question
			);
			return write(
				sqlBuilder.insert(securityAnswers).values({
					accountId: owner.accountId,
					slot: answer.slot,
					question,
					answerHash: answer.answerHash
				})
			);
		},

		insertShownNotice(notice: typeof shownNotices.$inferInsert): Write {
			return write(sqlBuilder.insert(shownNotices).values(notice));
		},

		insertMailToken(token: typeof mailTokens.$inferInsert): Write {
			return write(sqlBuilder.insert(mailTokens).values(token));
		},

		/** The account behind a mail token, used or not: whether it still counts is decided in the batch. */
		findByMailToken(tokenHash: Uint8Array): Read<Account | null> {
			return read(
				sqlBuilder
					.select({ accounts, people })
					.from(mailTokens)
					.innerJoin(accounts, eq(accounts.id, mailTokens.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(and(eq(mailTokens.tokenHash, tokenHash), eq(mailTokens.purpose, 'verify-mail'))),
				async ([row]) => (row ? openAccount(row.accounts, row.people) : null)
			);
		},

		useMailToken(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(mailTokens)
					.set({ usedAtMs: nowMs })
					.where(
						and(
							eq(mailTokens.tokenHash, tokenHash),
							isNull(mailTokens.usedAtMs),
							gt(mailTokens.expiresAtMs, nowMs)
						)
					),
				{ kind: 'conflict', code: 'accounts/link-invalid' }
			);
		},

		async insertEnrolment(enrolment: {
			readonly tokenHash: Uint8Array;
			readonly accountId: string;
			readonly secret: Uint8Array;
			readonly expiresAtMs: number;
		}): Promise<Write> {
			const { secret, ...open } = enrolment;
			const totpSecret = await cipher.sealTotpSecret(totpCell(enrolment.accountId), secret);
			return write(sqlBuilder.insert(enrolments).values({ ...open, totpSecret }));
		},

		findEnrolment(
			tokenHash: Uint8Array,
			nowMs: number
		): Read<{ readonly account: Account; readonly secret: Uint8Array } | null> {
			return read(
				sqlBuilder
					.select({ enrolments, accounts, people })
					.from(enrolments)
					.innerJoin(accounts, eq(accounts.id, enrolments.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(enrolments.tokenHash, tokenHash),
							isNull(enrolments.usedAtMs),
							gt(enrolments.expiresAtMs, nowMs)
						)
					),
				async ([row]) =>
					row
						? {
								account: await openAccount(row.accounts, row.people),
								secret: await cipher.openTotpSecret(
									totpCell(row.accounts.id),
									row.enrolments.totpSecret
								)
							}
						: null
			);
		},

		/** Books a try before the code is checked: parallel guesses cannot outrun the counter. */
		bookEnrolmentTry(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(enrolments)
					.set({ tries: sql`${enrolments.tries} + 1` })
					.where(
						and(
							eq(enrolments.tokenHash, tokenHash),
							isNull(enrolments.usedAtMs),
							gt(enrolments.expiresAtMs, nowMs),
							lt(enrolments.tries, ENROLMENT_TRIES)
						)
					),
				{ kind: 'conflict', code: 'accounts/enrolment-ended' }
			);
		},

		useEnrolment(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(enrolments)
					.set({ usedAtMs: nowMs })
					.where(and(eq(enrolments.tokenHash, tokenHash), isNull(enrolments.usedAtMs))),
				{ kind: 'conflict', code: 'accounts/enrolment-ended' }
			);
		},

		/** Turns a pending account into an active one with its authenticator; works once. */
		async activate(
			accountId: string,
			totp: { readonly secret: Uint8Array; readonly step: number },
			nowMs: number
		): Promise<Write> {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({
						status: 'active',
						totpSecret: await cipher.sealTotpSecret(totpCell(accountId), totp.secret),
						totpLastStep: totp.step,
						activatedAtMs: nowMs
					})
					.where(and(eq(accounts.id, accountId), eq(accounts.status, 'pending'))),
				{ kind: 'conflict', code: 'accounts/enrolment-ended' }
			);
		},

		insertRecoveryCodes(accountId: string, codeHashes: readonly Uint8Array[]): Write {
			return write(
				sqlBuilder
					.insert(recoveryCodes)
					.values(codeHashes.map((codeHash) => ({ codeHash, accountId })))
			);
		},

		insertChallenge(challenge: typeof signInChallenges.$inferInsert): Write {
			return write(sqlBuilder.insert(signInChallenges).values(challenge));
		},

		bookChallengeTry(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(signInChallenges)
					.set({ tries: sql`${signInChallenges.tries} + 1` })
					.where(
						and(
							eq(signInChallenges.tokenHash, tokenHash),
							isNull(signInChallenges.usedAtMs),
							gt(signInChallenges.expiresAtMs, nowMs),
							lt(signInChallenges.tries, CHALLENGE_TRIES)
						)
					),
				{ kind: 'conflict', code: 'accounts/challenge-ended' }
			);
		},

		/** The challenge, and the account with its secret when the address belongs to somebody. */
		findChallenge(tokenHash: Uint8Array): Read<Challenge | null> {
			return read(
				sqlBuilder
					.select({ challenge: signInChallenges, accounts, people })
					.from(signInChallenges)
					.leftJoin(accounts, eq(accounts.id, signInChallenges.accountId))
					.leftJoin(people, eq(people.id, accounts.personId))
					.where(eq(signInChallenges.tokenHash, tokenHash)),
				async ([row]) => {
					if (!row) return null;
					const { challenge, accounts: account, people: person } = row;
					const sealed = account?.totpSecret;
					return {
						door: challenge.door,
						isPasswordRight: challenge.isPasswordRight,
						typedNameIndex: challenge.typedNameIndex,
						account: account && person ? await openAccount(account, person) : null,
						totpSecret:
							account && sealed ? await cipher.openTotpSecret(totpCell(account.id), sealed) : null
					};
				}
			);
		},

		useChallenge(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(signInChallenges)
					.set({ usedAtMs: nowMs })
					.where(and(eq(signInChallenges.tokenHash, tokenHash), isNull(signInChallenges.usedAtMs))),
				{ kind: 'unauthenticated', code: 'accounts/sign-in-failed' }
			);
		},

		/** Accepts a TOTP step once: an equal or older step changes no row and undoes the batch (A7). */
		useTotpStep(accountId: string, step: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ totpLastStep: step })
					.where(
						and(
							eq(accounts.id, accountId),
							eq(accounts.status, 'active'),
							lt(accounts.totpLastStep, step)
						)
					),
				{ kind: 'unauthenticated', code: 'accounts/sign-in-failed' }
			);
		}
	};
}

export type Challenge = {
	readonly door: 'customer' | 'staff';
	readonly isPasswordRight: boolean;
	/** Keyed hash of the address typed, when nobody has it. */
	readonly typedNameIndex: Uint8Array | null;
	readonly account: Account | null;
	readonly totpSecret: Uint8Array | null;
};
