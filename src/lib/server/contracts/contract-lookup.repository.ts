import { and, asc, desc, eq, gte, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm';
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openPerson, peopleNamed } from '#lib/server/db/people.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { contractLinks, contracts, insuredPersons } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

/** Contracts that one search shows: whoever finds more types more of the name. */
export const FOUND_CONTRACTS = 20;
/** People that are read to a page of contracts: families and groups of a host. */
const PEOPLE_OF_PAGE = 400;

/** What tells one contract from another, and nothing of health or money. */
export type FoundContract = {
	readonly id: string;
	readonly policyNumber: string;
	readonly plan: string;
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate | null;
	readonly policyholderId: string;
	readonly policyholderName: string;
};

export type InsuredUnder = {
	readonly contractId: string;
	readonly personId: string;
	readonly name: string;
	readonly dateOfBirth: CalendarDate | null;
};

/** An account that sees the contract. */
export type HolderOf = {
	readonly contractId: string;
	readonly accountId: string;
	readonly personId: string;
	readonly name: string;
};

/** Of people whose data were erased nothing can be read any more. */
const isReadable = ne(people.wrappedKey, new Uint8Array());

/** Nobody writes for a customer after the last day of their mandate (decision 0064). */
const isLive = (today: CalendarDate) =>
	or(isNull(contractLinks.endsOn), gte(contractLinks.endsOn, today));

/** Which contracts; made by this repository alone. */
export type ContractMatch = { readonly isThem: SQL };

export type ContractLookupRepository = ReturnType<typeof createContractLookupRepository>;

/** Contracts as the front door for post finds them. No access check: the service's permission is for all. */
export function createContractLookupRepository(cipher: Cipher) {
	return {
		byId: (id: string): ContractMatch => ({ isThem: sql`${contracts.id} = ${id}` }),

		async byPolicyNumber(policyNumber: string): Promise<ContractMatch> {
			const indexes = await cipher.blindIndexes('policy-number', policyNumber);
			return { isThem: inArray(contracts.policyNumberIndex, indexes) };
		},

		/** Contracts that somebody of this name holds or is insured by. */
		async byName(words: readonly (readonly string[])[]): Promise<ContractMatch> {
			const named = await peopleNamed(cipher, words);
			return {
				isThem: sql`${contracts.id} in (
					select c.id from ${contracts} c where c.policyholder_id in ${named}
					union select i.contract_id from ${insuredPersons} i where i.person_id in ${named}
				)`
			};
		},

		/** The contracts, those that began last first, with one more than a page where there are more. */
		list({ isThem }: ContractMatch): Read<readonly FoundContract[]> {
			return read(
				sqlBuilder
					.select({ contract: contracts, policyholder: people })
					.from(contracts)
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(and(isThem, isReadable))
					.orderBy(desc(contracts.startsOn), desc(contracts.id))
					.limit(FOUND_CONTRACTS + 1),
				(rows) =>
					Promise.all(
						rows.map(async ({ contract, policyholder }) => ({
							id: contract.id,
							policyNumber: await openPolicyNumber(cipher, contract, policyholder),
							plan: contract.plan,
							startsOn: requireDate(contract.startsOn),
							endsOn: contract.endsOn === null ? null : requireDate(contract.endsOn),
							policyholderId: contract.policyholderId,
							policyholderName: fullName(await openPerson(cipher, policyholder))
						}))
					)
			);
		},

		listInsured({ isThem }: ContractMatch): Read<readonly InsuredUnder[]> {
			return read(
				sqlBuilder
					.select({ contractId: insuredPersons.contractId, person: people })
					.from(insuredPersons)
					.innerJoin(contracts, eq(contracts.id, insuredPersons.contractId))
					.innerJoin(people, eq(people.id, insuredPersons.personId))
					.where(and(isThem, isReadable))
					.limit(PEOPLE_OF_PAGE),
				(rows) =>
					Promise.all(
						rows.map(async ({ contractId, person }) => {
							const profile = await openPerson(cipher, person);
							const { dateOfBirth } = profile;
							return { contractId, personId: person.id, name: fullName(profile), dateOfBirth };
						})
					)
			);
		},

		/** Active accounts that see them today: whose mailbox an answer goes to. */
		listHolders({ isThem }: ContractMatch, today: CalendarDate): Read<readonly HolderOf[]> {
			return read(
				sqlBuilder
					.select({ contractId: contractLinks.contractId, accountId: accounts.id, person: people })
					.from(contractLinks)
					.innerJoin(contracts, eq(contracts.id, contractLinks.contractId))
					.innerJoin(accounts, eq(accounts.id, contractLinks.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(and(isThem, isReadable, isLive(today), eq(accounts.status, 'active')))
					.orderBy(asc(contractLinks.linkedAtMs))
					.limit(PEOPLE_OF_PAGE),
				(rows) =>
					Promise.all(
						rows.map(async ({ contractId, accountId, person }) => ({
							...{ contractId, accountId, personId: person.id },
							name: fullName(await openPerson(cipher, person))
						}))
					)
			);
		}
	};
}
