// Contracts as the front door for post shows them.
import type { Actor } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Read, Write } from '#lib/server/db/client.ts';

export const OWN_POST = failed('forbidden', 'claims/own-claim');

type Contract = {
	readonly id: string;
	readonly policyNumber: string;
	readonly plan: string;
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate | null;
	readonly policyholderId: string;
	readonly policyholderName: string;
};
type Insured = {
	readonly contractId: string;
	readonly personId: string;
	readonly name: string;
	readonly dateOfBirth: CalendarDate | null;
};
type Holder = {
	readonly contractId: string;
	readonly accountId: string;
	readonly personId: string;
	readonly name: string;
};

/**
 * A contract as a search shows it: enough to tell two people of one name apart, with the letter in hand.
 * Whole numbers and birthdays stand in the letter, and on the page behind it, which its owner hears of.
 */
export type FoundContract = Pick<Contract, 'id' | 'policyholderName'> & {
	readonly policyNumberMasked: string;
	readonly insured: readonly { readonly name: string; readonly birthYear: string | null }[];
};

/** A contract whose post it may be: enough to tell it from others, nothing of health or money. */
export type PostContract = Pick<
	Contract,
	'id' | 'policyNumber' | 'plan' | 'startsOn' | 'endsOn' | 'policyholderName'
> & {
	readonly insured: readonly {
		readonly id: string;
		readonly name: string;
		readonly dateOfBirth: CalendarDate | null;
	}[];
	/** Who sees it in the portal; nobody yet: then a letter has to go out. */
	readonly senders: readonly { readonly id: string; readonly name: string }[];
};

/** The contracts room's look-up, as far as this service needs it. */
export type Lookup<Match> = {
	byId(id: string): Match;
	byPolicyNumber(policyNumber: string): Promise<Match>;
	byName(words: readonly (readonly string[])[]): Promise<Match>;
	list(match: Match): Read<readonly Contract[]>;
	listInsured(match: Match): Read<readonly Insured[]>;
	listHolders(match: Match, today: CalendarDate): Read<readonly Holder[]>;
};

export function viewFound(contract: Contract, insured: readonly Insured[]): FoundContract {
	const { id, policyNumber, policyholderName } = contract;
	return {
		...{ id, policyholderName, policyNumberMasked: maskPolicyNumber(policyNumber) },
		insured: insured
			.filter(({ contractId }) => contractId === id)
			.map(({ name, dateOfBirth }) => ({ name, birthYear: dateOfBirth?.slice(0, 4) ?? null }))
	};
}

function viewContract(
	contract: Contract,
	insured: readonly Insured[],
	holders: readonly Holder[]
): PostContract {
	const { id, policyNumber, plan, startsOn, endsOn, policyholderName } = contract;
	const isOf = ({ contractId }: { readonly contractId: string }) => contractId === id;
	return {
		...{ id, policyNumber, plan, startsOn, endsOn, policyholderName },
		insured: insured.filter(isOf).map(({ personId, name, dateOfBirth }) => ({
			...{ id: personId, name, dateOfBirth }
		})),
		senders: holders.filter(isOf).map(({ accountId, name }) => ({ id: accountId, name }))
	};
}

/** What every page and act of the front door for post asks of other rooms. */
export type DoorParts<Match> = {
	readonly lookup: Lookup<Match>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
};

/** A contract as its post is judged by; what `doorReads` has read. */
type AtDoor = readonly [
	contracts: readonly Contract[],
	insured: readonly Insured[],
	holders: readonly Holder[],
	ownContractIds: readonly string[]
];

/** Asks for the contract and for all that makes it the reader's own. */
export function doorReads<Match>(
	{ lookup, ownContracts }: DoorParts<Match>,
	{ accountId }: Actor,
	contractId: string,
	today: CalendarDate
) {
	const match = lookup.byId(contractId);
	return [
		lookup.list(match),
		lookup.listInsured(match),
		lookup.listHolders(match, today),
		ownContracts.idsOf(accountId)
	] as const;
}

/** The contract whose post it is: `portal/not-found`, or `claims/own-claim` for the reader's own (Z7). */
export function atDoor(
	actor: Actor,
	[[contract], insured, holders, ownContractIds]: AtDoor
): Result<{ readonly contract: PostContract; readonly holders: readonly Holder[] }> {
	if (!contract) return NOT_FOUND;
	if (isOwnPost(actor, contract, insured, holders, ownContractIds)) return OWN_POST;
	return ok({ contract: viewContract(contract, insured, holders), holders });
}

/** A look at a contract for its post, for the log of whoever linked it. */
export const doorLook = (
	audit: { record(note: AuditNote): Promise<Write> },
	{ accountId }: Actor,
	contractId: string
): Promise<Write> =>
	audit.record({
		event: 'contract/opened-for-post',
		objectRef: `contract:${contractId}`,
		...{ accountId, subjectOf: { contractId } }
	});

/** Nobody types in what they gain by (Z7): as holder, insured person, or by a contract named as own. */
function isOwnPost(
	{ accountId, personId }: Actor,
	contract: Contract,
	insured: readonly Insured[],
	holders: readonly Holder[],
	ownContractIds: readonly string[]
): boolean {
	if (ownContractIds.includes(contract.id)) return true;
	if (holders.some((holder) => holder.accountId === accountId)) return true;
	const people = [contract.policyholderId, ...[...insured, ...holders].map((one) => one.personId)];
	return people.includes(personId);
}
