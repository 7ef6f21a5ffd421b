import { eq, inArray } from 'drizzle-orm';
import { OPEN_CASE_STATES, type CaseState } from '#lib/domain/accounts/recovery.ts';
import type { ErrorCode } from '#lib/domain/result.ts';
import type { Unmet } from '#lib/server/db/client.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { accounts, recoveryCases } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { openAccount, type Account } from './accounts.repository.ts';

/** A case with its owner. */
export type RecoveryCase = {
	readonly id: string;
	readonly account: Account;
	readonly state: CaseState;
	readonly openedAtMs: number;
	readonly readyAtMs: number;
	readonly reminders: number;
};

type CaseRow = {
	readonly found: typeof recoveryCases.$inferSelect;
	readonly accounts: typeof accounts.$inferSelect;
	readonly people: typeof people.$inferSelect;
};

export const isOpen = inArray(recoveryCases.state, [...OPEN_CASE_STATES]);

export const unmet = (code: ErrorCode): Unmet => ({ kind: 'conflict', code });

export const selectCases = () =>
	sqlBuilder
		.select({ found: recoveryCases, accounts, people })
		.from(recoveryCases)
		.innerJoin(accounts, eq(accounts.id, recoveryCases.accountId))
		.innerJoin(people, eq(people.id, accounts.personId))
		.$dynamic();

export async function openCase(cipher: Cipher, row: CaseRow): Promise<RecoveryCase> {
	const { id, state, openedAtMs, readyAtMs, reminders } = row.found;
	const account = await openAccount(cipher, row.accounts, row.people);
	return { id, state, openedAtMs, readyAtMs, reminders, account };
}
