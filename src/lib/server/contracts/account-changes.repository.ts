import { and, asc, eq, gt, inArray, isNull, notExists, sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { AccountChange } from '#lib/domain/contracts/bank-account.ts';
import { CONTRACT_ROLES, type ContractRole } from '#lib/domain/contracts/contract-access.ts';
import type { BankAccount } from '#lib/domain/contracts/contract.ts';
import {
	changedAccountCell,
	openChangedAccount,
	type AccountChangeRow
} from '#lib/server/db/bank-accounts.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { bankAccountChanges, contractLinks, contracts } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

/** Changes of one account's contracts: nobody moves money so often. */
const CHANGES_LIMIT = 500;

/** A change that can still be stopped, with the facts of its notice. */
export type StoppableChange = AccountChange & {
	readonly plan: string;
	readonly policyNumber: string;
};

/** Money goes where the policyholder says; others see at most where that is. */
const isHolder = (accountId: string) =>
	and(eq(contractLinks.accountId, accountId), eq(contractLinks.role, 'policyholder'));

export type AccountChangesRepository = ReturnType<typeof createAccountChangesRepository>;

export function createAccountChangesRepository(cipher: Cipher) {
	const open = async (row: AccountChangeRow, policyholderId: string): Promise<AccountChange> => ({
		id: row.id,
		contractId: row.contractId,
		account: await openChangedAccount(cipher, row, policyholderId),
		askedAtMs: row.askedAtMs,
		holdsFrom: requireDate(row.holdsFrom),
		stoppedAtMs: row.stoppedAtMs,
		isAfterRecovery: row.isAfterRecovery
	});
	const waits = (today: CalendarDate) =>
		and(isNull(bankAccountChanges.stoppedAtMs), gt(bankAccountChanges.holdsFrom, today));
	const selectChanges = () =>
		sqlBuilder
			.select({ change: bankAccountChanges, contract: contracts, holder: people })
			.from(bankAccountChanges)
			.innerJoin(contracts, eq(contracts.id, bankAccountChanges.contractId))
			.innerJoin(people, eq(people.id, contracts.policyholderId))
			.$dynamic();
	const openStoppable = async (row: {
		readonly change: AccountChangeRow;
		readonly contract: typeof contracts.$inferSelect;
		readonly holder: typeof people.$inferSelect;
	}): Promise<StoppableChange> => {
		const policyNumber = await openPolicyNumber(cipher, row.contract, row.holder);
		return { ...(await open(row.change, row.holder.id)), plan: row.contract.plan, policyNumber };
	};

	return {
		/** Every change of the contracts this account sees in one of these roles, oldest first. */
		listOfAccount(
			accountId: string,
			roles: readonly ContractRole[] = CONTRACT_ROLES
		): Read<readonly AccountChange[]> {
			return read(
				selectChanges()
					.innerJoin(contractLinks, eq(contractLinks.contractId, contracts.id))
					.where(and(eq(contractLinks.accountId, accountId), inArray(contractLinks.role, roles)))
					.orderBy(asc(bankAccountChanges.askedAtMs))
					.limit(CHANGES_LIMIT),
				(rows) =>
					Promise.all(
						rows.map(async ({ change, holder }) => {
							await cipher.learn(holder.id, holder);
							return open(change, holder.id);
						})
					)
			);
		},

		/** The change that waits for a contract of this policyholder; null without one. */
		findWaiting(
			accountId: string,
			contractId: string,
			today: CalendarDate
		): Read<StoppableChange | null> {
			return read(
				selectChanges()
					.innerJoin(contractLinks, eq(contractLinks.contractId, contracts.id))
					.where(and(isHolder(accountId), eq(contracts.id, contractId), waits(today))),
				async ([row]) => (row ? openStoppable(row) : null)
			);
		},

		/** Every change that waits for a contract of this policyholder. */
		listWaiting(accountId: string, today: CalendarDate): Read<readonly StoppableChange[]> {
			return read(
				selectChanges()
					.innerJoin(contractLinks, eq(contractLinks.contractId, contracts.id))
					.where(and(isHolder(accountId), waits(today)))
					.limit(CHANGES_LIMIT),
				(rows) => Promise.all(rows.map(openStoppable))
			);
		},

		/** The waiting change that a mail's code stops; null for any other code. */
		findByStopHash(stopHash: Uint8Array, today: CalendarDate): Read<StoppableChange | null> {
			return read(
				selectChanges().where(and(eq(bankAccountChanges.stopHash, stopHash), waits(today))),
				async ([row]) => (row ? openStoppable(row) : null)
			);
		},

		/** The account sealed as its row will keep it, before the row is there. */
		seal: (
			change: { readonly id: string; readonly policyholderId: string },
			account: BankAccount
		): Promise<Uint8Array> =>
			cipher.sealJson(changedAccountCell(change.id, change.policyholderId), account),

		/** Undoes the batch unless the contract is this policyholder's and no change waits for it. */
		requireNoneWaiting(
			accountId: string,
			contractId: string,
			today: CalendarDate,
			unmet: Unmet
		): Write {
			const waiting = sqlBuilder
				.select({ found: sql`1` })
				.from(bankAccountChanges)
				.where(and(eq(bankAccountChanges.contractId, contractId), waits(today)));
			return requireFound(
				sqlBuilder
					.select({ contractId: contractLinks.contractId })
					.from(contractLinks)
					.where(
						and(isHolder(accountId), eq(contractLinks.contractId, contractId), notExists(waiting))
					),
				unmet
			);
		},

		insert: (change: Omit<AccountChangeRow, 'stoppedAtMs'>): Write =>
			write(sqlBuilder.insert(bankAccountChanges).values(change)),

		/** As `stop`, without a word where it has ended already. */
		close: (id: string, nowMs: number, today: CalendarDate): Write =>
			write(
				sqlBuilder
					.update(bankAccountChanges)
					.set({ stoppedAtMs: nowMs })
					.where(and(eq(bankAccountChanges.id, id), waits(today)))
			),

		/** Stops it while it waits; afterwards money may have gone there already. */
		stop(id: string, nowMs: number, today: CalendarDate, unmet: Unmet): Write {
			return writeIfHolds(
				sqlBuilder
					.update(bankAccountChanges)
					.set({ stoppedAtMs: nowMs })
					.where(and(eq(bankAccountChanges.id, id), waits(today))),
				unmet
			);
		}
	};
}
