// The account of a contract on a day, for the rooms that pay and that show it.
import { sql, type SQL } from 'drizzle-orm';
import * as v from 'valibot';
import { parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import type { HeldAccount } from '#lib/domain/contracts/bank-account.ts';
import { bankAccountSchema, type BankAccount } from '#lib/domain/contracts/contract.ts';
import { bankAccountChanges, contracts } from '#lib/server/db/tables/contracts.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

type ContractRow = typeof contracts.$inferSelect;
export type AccountChangeRow = typeof bankAccountChanges.$inferSelect;

/** Where a change's account is sealed: under the policyholder's key. */
export const changedAccountCell = (rowId: string, policyholderId: string): Cell => ({
	table: 'bank_account_changes',
	column: 'account',
	rowId,
	personId: policyholderId
});

/** For a left join beside `contracts`: the change that holds on a day, as `accountOn` says. */
export function holdsOn(day: CalendarDate): SQL {
	return sql`${bankAccountChanges.id} = (
		select held.id from ${bankAccountChanges} held
		where held.contract_id = ${contracts.id} and held.stopped_at_ms is null
			and held.holds_from <= ${day}
		order by held.holds_from desc, held.asked_at_ms desc limit 1)`;
}

/** The account of a change; the policyholder's key must be known. */
export async function openChangedAccount(
	cipher: Cipher,
	change: Pick<AccountChangeRow, 'id' | 'account'>,
	policyholderId: string
): Promise<BankAccount> {
	const sealed = changedAccountCell(change.id, policyholderId);
	return v.parse(bankAccountSchema, await cipher.openJson(sealed, change.account));
}

/** The account that holds: the joined change's, else the one the contract began with. */
export async function openHeldAccount(
	cipher: Cipher,
	contract: ContractRow,
	change: AccountChangeRow | null
): Promise<HeldAccount> {
	if (change) {
		const since = parseCalendarDate(change.holdsFrom);
		if (since === null) throw new Error('a stored date is not a calendar date');
		const account = await openChangedAccount(cipher, change, contract.policyholderId);
		return { account, since, isAfterRecovery: change.isAfterRecovery };
	}
	const first = {
		table: 'contracts',
		column: 'bank_account',
		rowId: contract.id,
		personId: contract.policyholderId
	};
	const account = await cipher.openJson(first, contract.bankAccount);
	return { account: v.parse(bankAccountSchema, account), since: null, isAfterRecovery: false };
}
