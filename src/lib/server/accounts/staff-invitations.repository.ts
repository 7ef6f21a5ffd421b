import { and, eq, gt, isNull, ne } from 'drizzle-orm';
import * as v from 'valibot';
import type { Profile } from '#lib/domain/accounts/profile.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { updateProfile } from '#lib/server/db/people.ts';
import { accounts, mailTokens } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { openAccount, type Account } from './accounts.repository.ts';

const GONE = { kind: 'invalid', code: 'accounts/mail-link-invalid' } as const;

export type OpenInvitation = {
	readonly account: Account;
	/** Handed to the browser for the passkey; null before it has asked. */
	readonly challenge: string | null;
};

/** Sealed for the account and not for the token: the token is no secret of the database's making. */
const challengeCell = (account: Pick<Account, 'id' | 'personId'>): Cell => ({
	table: 'mail_tokens',
	column: 'payload',
	rowId: account.id,
	personId: account.personId
});

/** Invitations that can still be accepted: a mailed code, unused and in time, of a pending account. */
export function createStaffInvitationsRepository(cipher: Cipher) {
	const isOpen = (tokenHash: Uint8Array, nowMs: number) =>
		and(
			eq(mailTokens.tokenHash, tokenHash),
			eq(mailTokens.purpose, 'staff-invitation'),
			isNull(mailTokens.usedAtMs),
			gt(mailTokens.expiresAtMs, nowMs)
		);

	return {
		find(tokenHash: Uint8Array, nowMs: number): Read<OpenInvitation | null> {
			return read(
				sqlBuilder
					.select({ account: accounts, person: people, payload: mailTokens.payload })
					.from(mailTokens)
					.innerJoin(accounts, eq(accounts.id, mailTokens.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							isOpen(tokenHash, nowMs),
							eq(accounts.status, 'pending'),
							ne(accounts.role, 'customer')
						)
					),
				async ([row]) => {
					if (!row) return null;
					const account = await openAccount(cipher, row.account, row.person);
					const challenge =
						row.payload === null
							? null
							: v.parse(v.string(), await cipher.openJson(challengeCell(account), row.payload));
					return { account, challenge };
				}
			);
		},

		async keepChallenge(
			tokenHash: Uint8Array,
			account: Account,
			challenge: string,
			nowMs: number
		): Promise<Write> {
			const payload = await cipher.sealJson(challengeCell(account), challenge);
			return writeIfHolds(
				sqlBuilder.update(mailTokens).set({ payload }).where(isOpen(tokenHash, nowMs)),
				GONE
			);
		},

		use(tokenHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(mailTokens)
					.set({ usedAtMs: nowMs, payload: null })
					.where(isOpen(tokenHash, nowMs)),
				GONE
			);
		},

		/** A pending account becomes an active one, under the name its owner has confirmed. */
		async activate(
			account: Account,
			profile: Profile,
			passwordHash: string,
			nowMs: number
		): Promise<readonly Write[]> {
			return [
				writeIfHolds(
					sqlBuilder
						.update(accounts)
						.set({
							status: 'active',
							passwordHash,
							passwordFailures: 0,
							mustChangePassword: false,
							activatedAtMs: nowMs
						})
						.where(
							and(
								eq(accounts.id, account.id),
								eq(accounts.status, 'pending'),
								ne(accounts.role, 'customer')
							)
						),
					GONE
				),
				await updateProfile(cipher, account.personId, profile)
			];
		}
	};
}
