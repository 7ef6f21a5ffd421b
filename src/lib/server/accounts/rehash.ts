import type { Database } from '#lib/server/db/client.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import type { Account, AccountsRepository } from './accounts.repository.ts';

/**
 * Renews the hash of a password that was just proven right, when it was made with older parameters
 * or an older pepper (security.md A5). To be handed a `later` that begins well after the answer: the
 * second hash would tell by its time that the password was right (A17).
 */
export function createRehash(parts: {
	readonly db: Database;
	readonly accounts: Pick<AccountsRepository, 'renewPasswordHash'>;
	readonly passwords: Pick<Passwords, 'hash' | 'needsRehash'>;
	readonly later: (work: () => Promise<unknown>) => void;
}) {
	const { db, accounts, passwords, later } = parts;
	return (account: Pick<Account, 'id' | 'passwordHash'>, rightPassword: string): void => {
		if (!passwords.needsRehash(account.passwordHash)) return;
		later(async () => {
			const renewed = await passwords.hash(rightPassword);
			await db.commit(accounts.renewPasswordHash(account.id, account.passwordHash, renewed));
		});
	};
}
