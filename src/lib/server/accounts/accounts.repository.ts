import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { SecurityQuestion } from '#lib/domain/accounts/security-questions.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { parseContact, type Contact, type Profile } from '#lib/domain/accounts/profile.ts';
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
	mailTokens,
	recoveryCodes,
	securityAnswers,
	shownNotices,
	type MailTokenPurpose
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { openPerson } from '#lib/server/db/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { answerCell, contactCell, totpCell } from './account-cells.ts';

/** An account as the sign-in rooms see it: opened, but without its authenticator secret. */
export type Account = {
	readonly id: string;
	readonly personId: string;
	readonly role: Role;
	readonly status: 'pending' | 'active' | 'disabled';
	readonly language: Language;
	readonly passwordHash: string;
	readonly totpLastStep: number;
	/** As the row has it, under whichever key. */
	readonly emailIndex: Uint8Array;
	/** Consecutive verified failures of each authenticator (A12). */
	readonly passwordFailures: number;
	readonly totpFailures: number;
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

/** Open several at once, because they take rights away and give none. */
const CLOSING_LINKS: readonly MailTokenPurpose[] = ['not-me', 'block-email', 'cancel-recovery'];

/**
 * A proof that names an address counts as long as the account has that address (A18). The owner of
 * an address that was taken away still closes what they can.
 */
const isOfPresentAddress = sql`(${mailTokens.emailIndex} is null
	or ${mailTokens.purpose} in ${CLOSING_LINKS} or ${mailTokens.emailIndex} =
	(select a.email_index from ${accounts} a where a.id = ${mailTokens.accountId}))`;

/** An account's row with its person, opened. */
export async function openAccount(
	cipher: Cipher,
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
		emailIndex: row.emailIndex,
		passwordFailures: row.passwordFailures,
		totpFailures: row.totpFailures,
		contact: parseContact(contact),
		profile
	};
}

export type AccountsRepository = ReturnType<typeof createAccountsRepository>;

export function createAccountsRepository(cipher: Cipher) {
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
				async ([row]) => (row ? openAccount(cipher, row.accounts, row.people) : null)
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

		/** Renews a hash, unless the password has been changed since it was read. */
		renewPasswordHash(accountId: string, oldHash: string, newHash: string): Write {
			return write(
				sqlBuilder
					.update(accounts)
					.set({ passwordHash: newHash })
					.where(and(eq(accounts.id, accountId), eq(accounts.passwordHash, oldHash)))
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
			const question = await cipher.sealJson(answerCell(owner, answer.slot), answer.question);
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

		/**
		 * A proof to send by mail. It replaces an older one of its purpose (A18); a link that only
		 * closes things stays good, because every mail of an intruder's act carries one.
		 */
		insertMailToken(token: typeof mailTokens.$inferInsert): Write {
			const inserted = write(sqlBuilder.insert(mailTokens).values(token));
			if (CLOSING_LINKS.includes(token.purpose)) return inserted;
			const replaced = write(
				sqlBuilder
					.delete(mailTokens)
					.where(
						and(eq(mailTokens.accountId, token.accountId), eq(mailTokens.purpose, token.purpose))
					)
			);
			return { statements: [...replaced.statements, ...inserted.statements] };
		},

		/** The account behind a mail token, used or not: whether it still counts is decided in the batch. */
		findByMailToken(tokenHash: Uint8Array, purpose: MailTokenPurpose): Read<Account | null> {
			return read(
				sqlBuilder
					.select({ accounts, people })
					.from(mailTokens)
					.innerJoin(accounts, eq(accounts.id, mailTokens.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(mailTokens.tokenHash, tokenHash),
							eq(mailTokens.purpose, purpose),
							isOfPresentAddress
						)
					),
				async ([row]) => (row ? openAccount(cipher, row.accounts, row.people) : null)
			);
		},

		useMailToken(tokenHash: Uint8Array, purpose: MailTokenPurpose, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(mailTokens)
					.set({ usedAtMs: nowMs })
					.where(
						and(
							eq(mailTokens.tokenHash, tokenHash),
							eq(mailTokens.purpose, purpose),
							isOfPresentAddress,
							isNull(mailTokens.usedAtMs),
							gt(mailTokens.expiresAtMs, nowMs)
						)
					),
				{ kind: 'conflict', code: 'accounts/link-invalid' }
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
						activatedAtMs: nowMs,
						lastUsedAtMs: nowMs
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
		}
	};
}
