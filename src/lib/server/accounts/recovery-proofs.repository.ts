/** The proofs of a recovery: who they belong to, how often they are tried, and that each counts once. */
import { and, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import {
	SECURITY_QUESTIONS,
	type SecurityQuestion
} from '#lib/domain/accounts/security-questions.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
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
	type MailTokenPurpose
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { answerCell, totpCell } from './account-cells.ts';
import { createAccountsRepository, openAccount, type Account } from './accounts.repository.ts';

/** An account that proofs are held against. Only active customers recover themselves. */
export type Recoverable = {
	readonly account: Account;
	readonly totpSecret: Uint8Array | null;
	readonly totpFailures: number;
	/** Said to be known to somebody else; a letter by post outweighs that, a saved code does not. */
	readonly mustChangePassword: boolean;
};

export type NewMailToken = {
	readonly tokenHash: Uint8Array;
	readonly accountId: string;
	readonly purpose: MailTokenPurpose;
	readonly expiresAtMs: number;
};

export type StoredAnswer = { readonly question: SecurityQuestion; readonly answerHash: string };

const PROOF_INVALID: Unmet = { kind: 'invalid', code: 'accounts/proof-invalid' };

/** Only they recover themselves: staff are invited anew. */
export const isActiveCustomer = and(eq(accounts.status, 'active'), eq(accounts.role, 'customer'));

export type RecoveryProofsRepository = ReturnType<typeof createRecoveryProofsRepository>;

export function createRecoveryProofsRepository(cipher: Cipher) {
	const { emailIndex } = createAccountsRepository(cipher);

	async function openRecoverable(row: {
		accounts: typeof accounts.$inferSelect;
		people: typeof people.$inferSelect;
	}): Promise<Recoverable> {
		const { totpSecret, totpFailures, mustChangePassword, id } = row.accounts;
		return {
			account: await openAccount(cipher, row.accounts, row.people),
			totpSecret: totpSecret && (await cipher.openTotpSecret(totpCell(id), totpSecret)),
			totpFailures,
			mustChangePassword
		};
	}

	return {
		emailIndex,

		findByEmail(emailIndexes: readonly Uint8Array[]): Read<Recoverable | null> {
			return read(
				sqlBuilder
					.select({ accounts, people })
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(and(inArray(accounts.emailIndex, emailIndexes), isActiveCustomer)),
				([row]) => (row ? openRecoverable(row) : null)
			);
		},

		/**
		 * The account a mail was sent to, while it still has the address the mail went to. Whether the
		 * token still counts is part of the batch that uses it.
		 */
		findByMailToken(tokenHash: Uint8Array, purpose: MailTokenPurpose): Read<Recoverable | null> {
			return read(
				sqlBuilder
					.select({ accounts, people })
					.from(mailTokens)
					.innerJoin(
						accounts,
						and(
							eq(accounts.id, mailTokens.accountId),
							eq(accounts.emailIndex, mailTokens.emailIndex)
						)
					)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(mailTokens.tokenHash, tokenHash),
							eq(mailTokens.purpose, purpose),
							isActiveCustomer
						)
					),
				([row]) => (row ? openRecoverable(row) : null)
			);
		},

		/** Whose unused recovery code this is. */
		findCodeOwner(codeHash: Uint8Array): Read<string | null> {
			return read(
				sqlBuilder
					.select({ accountId: recoveryCodes.accountId })
					.from(recoveryCodes)
					.where(and(eq(recoveryCodes.codeHash, codeHash), isNull(recoveryCodes.usedAtMs))),
				([row]) => row?.accountId ?? null
			);
		},

		/** A proof by mail, bound to the address the account has now (A18). */
		insertMailToken,

		/** A new proof by mail; an older one of the same purpose dies with it (A18). */
		replaceMailToken(token: NewMailToken, nowMs: number): Write {
			return joinWrites(
				write(
					sqlBuilder
						.update(mailTokens)
						.set({ usedAtMs: nowMs })
						.where(
							and(
								eq(mailTokens.accountId, token.accountId),
								eq(mailTokens.purpose, token.purpose),
								isNull(mailTokens.usedAtMs)
							)
						)
				),
				insertMailToken(token)
			);
		},

		/** Holds only once, in time, for this purpose, and for the address the mail went to (A18). */
		useMailToken(tokenHash: Uint8Array, purpose: MailTokenPurpose, nowMs: number): Write {
			const sameAddress = sqlBuilder
				.select({ id: accounts.id })
				.from(accounts)
				.where(eq(accounts.emailIndex, sql`"mail_tokens"."email_index"`));
			return writeIfHolds(
				sqlBuilder
					.update(mailTokens)
					.set({ usedAtMs: nowMs })
					.where(
						and(isLiveToken(tokenHash, purpose, nowMs), inArray(mailTokens.accountId, sameAddress))
					),
				{ kind: 'invalid', code: 'accounts/recovery-link-invalid' }
			);
		},

		/** Whether the token would still count; nothing is used up by asking. */
		isTokenLive(tokenHash: Uint8Array, purpose: MailTokenPurpose, nowMs: number): Read<boolean> {
			return read(
				sqlBuilder
					.select({ id: mailTokens.accountId })
					.from(mailTokens)
					.where(isLiveToken(tokenHash, purpose, nowMs)),
				(rows) => rows.length > 0
			);
		},

		/** Uses up a recovery code; the same code a second time undoes the batch (A20). */
		useRecoveryCode(codeHash: Uint8Array, accountId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCodes)
					.set({ usedAtMs: nowMs })
					.where(
						and(
							eq(recoveryCodes.codeHash, codeHash),
							eq(recoveryCodes.accountId, accountId),
							isNull(recoveryCodes.usedAtMs)
						)
					),
				PROOF_INVALID
			);
		},

		/** A step counts once, here as at the sign-in (A7). */
		useTotpStep(accountId: string, step: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ totpLastStep: step, totpFailures: 0 })
					.where(and(eq(accounts.id, accountId), lt(accounts.totpLastStep, step))),
				PROOF_INVALID
			);
		},

		/** Both answers of the account a mail was sent to, the first question first. */
		answersByMailToken(tokenHash: Uint8Array): Read<readonly StoredAnswer[]> {
			return read(
				sqlBuilder
					.select({ answer: securityAnswers, person: people })
					.from(mailTokens)
					.innerJoin(securityAnswers, eq(securityAnswers.accountId, mailTokens.accountId))
					.innerJoin(accounts, eq(accounts.id, mailTokens.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(and(eq(mailTokens.tokenHash, tokenHash), eq(mailTokens.purpose, 'open-recovery')))
					.orderBy(securityAnswers.slot),
				(rows) =>
					Promise.all(
						rows.map(async ({ answer, person }) => {
							await cipher.learn(person.id, person);
							const question = await cipher.openJson(
								answerCell({ accountId: answer.accountId, personId: person.id }, answer.slot),
								answer.question
							);
							return { question: parseQuestion(question), answerHash: answer.answerHash };
						})
					)
			);
		}
	};
}

/** The index as it is stored: while its key changes, a computed one could be of another version. */
function insertMailToken(token: NewMailToken): Write {
	const emailIndex = sql`(select ${accounts.emailIndex} from ${accounts} where ${accounts.id} = ${token.accountId})`;
	return write(sqlBuilder.insert(mailTokens).values({ ...token, emailIndex }));
}

function isLiveToken(tokenHash: Uint8Array, purpose: MailTokenPurpose, nowMs: number) {
	return and(
		eq(mailTokens.tokenHash, tokenHash),
		eq(mailTokens.purpose, purpose),
		isNull(mailTokens.usedAtMs),
		gt(mailTokens.expiresAtMs, nowMs)
	);
}

function parseQuestion(value: unknown): SecurityQuestion {
	const found = SECURITY_QUESTIONS.find((question) => question === value);
	if (!found) throw new Error('a stored security question is unknown');
	return found;
}
