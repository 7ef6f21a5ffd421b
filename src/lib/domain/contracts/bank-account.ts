import * as v from 'valibot';
import { addDays, type CalendarDate } from '../calendar.ts';
import { isPlausibleIban } from '../iban.ts';
import type { BankAccount } from './contract.ts';

/** Another account for a contract, as somebody types it. The Worker asks `ibantools` again (decision 0018). */
export const accountChangeSchema = v.object({
	holder: v.pipe(
		v.string('required'),
		v.transform((text) => text.normalize('NFC').trim()),
		v.minLength(1, 'required'),
		// SEPA carries seventy characters of a name.
		v.maxLength(70, 'too-long'),
		v.regex(/^[^\p{Cc}<>]*$/u, 'name-invalid')
	),
	iban: v.pipe(
		v.string('required'),
		v.transform((text) => text.replace(/\s/g, '').toUpperCase()),
		v.minLength(1, 'required'),
		v.check(isPlausibleIban, 'iban-invalid')
	)
});
export type AccountChangeInput = v.InferOutput<typeof accountChangeSchema>;

/** A change of a contract's account, waiting, holding, over or stopped. */
export type AccountChange = {
	readonly id: string;
	readonly contractId: string;
	readonly account: BankAccount;
	readonly askedAtMs: number;
	readonly holdsFrom: CalendarDate;
	readonly stoppedAtMs: number | null;
	/** Asked for shortly after somebody came back by letter (decision 0061). */
	readonly isAfterRecovery: boolean;
};

/** The account of a contract on a day; `since` is null for the one the contract began with. */
export type HeldAccount = {
	readonly account: BankAccount;
	readonly since: CalendarDate | null;
	readonly isAfterRecovery: boolean;
};

/** The day from which an account counts that is proven today (decision 0056). */
export function accountHoldsFrom(today: CalendarDate, waitDays: number): CalendarDate {
	return addDays(today, waitDays);
}

/** The account that holds on a day: the newest that was not stopped and whose day has come. */
export function accountOn(
	first: BankAccount,
	changes: readonly AccountChange[],
	day: CalendarDate
): HeldAccount {
	const [held] = changes
		.filter((change) => change.stoppedAtMs === null && change.holdsFrom <= day)
		.toSorted(
			(one, other) =>
				other.holdsFrom.localeCompare(one.holdsFrom) || other.askedAtMs - one.askedAtMs
		);
	if (!held) return { account: first, since: null, isAfterRecovery: false };
	const { account, holdsFrom: since, isAfterRecovery } = held;
	return { account, since, isAfterRecovery };
}

/** The change whose day is still to come; null when none waits. */
export function waitingChange(
	changes: readonly AccountChange[],
	today: CalendarDate
): AccountChange | null {
	return changes.find((change) => change.stoppedAtMs === null && change.holdsFrom > today) ?? null;
}

/**
 * Whether a payment goes where this contract has not been paid for long: to an account named for
 * one claim, or to the contract's own within `watchDays` of its first day. A second person looks then.
 * `payeeIban`: null for an account without one, which no contract has.
 */
export function isNewPayee(
	payeeIban: string | null,
	contract: { readonly iban: string; readonly since: CalendarDate | null },
	today: CalendarDate,
	watchDays: number
): boolean {
	if (payeeIban !== contract.iban) return true;
	return contract.since !== null && today < addDays(contract.since, watchDays);
}
