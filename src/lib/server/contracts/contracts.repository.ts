import { and, asc, eq, inArray, isNotNull, sum } from 'drizzle-orm';
import * as v from 'valibot';
import { fullName } from '#lib/domain/accounts/profile.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { ContractLink, ContractRole } from '#lib/domain/contracts/contract-access.ts';
import type { CoverUse } from '#lib/domain/contracts/cover.ts';
import { bankAccountSchema, type BankAccount } from '#lib/domain/contracts/contract.ts';
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
import {
	contractLinks,
	contracts,
	coverUses,
	insuredPersons
} from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { openPerson, type PersonRow } from '#lib/server/db/people.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { contractCell } from './contract-cells.ts';
import { isOwn, linkOf } from './contract-links.ts';
import { createInsuredPersonsRepository } from './insured-persons.repository.ts';

/** A contract with everything opened that its readers may need. Views are built from it field by field. */
export type Contract = {
	readonly id: string;
	readonly policyNumber: string;
	readonly policyholderId: string;
	readonly policyholderName: string;
	/** The account it began with; which one holds on a day is `accountOn`. */
	readonly firstAccount: BankAccount;
	readonly plan: string;
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate | null;
	readonly currency: string;
	readonly deductibleMinor: number;
	readonly maximumMinor: number | null;
	readonly activationHash: Uint8Array | null;
};

/** A contract with the role in which an account sees it. */
export type LinkedContract = Contract & { readonly link: ContractLink };

export type NewContract = Omit<Contract, 'policyholderName' | 'firstAccount'> & {
	readonly bankAccount: BankAccount;
};

export type ContractsRepository = ReturnType<typeof createContractsRepository>;

export function createContractsRepository(cipher: Cipher) {
	async function openContract(
		row: typeof contracts.$inferSelect,
		policyholder: PersonRow
	): Promise<Contract> {
		const profile = await openPerson(cipher, policyholder);
		const [policyNumber, bankAccount] = await Promise.all([
			cipher.openJson(contractCell('policy_number', row), row.policyNumber),
			cipher.openJson(contractCell('bank_account', row), row.bankAccount)
		]);
		return {
			id: row.id,
			policyNumber: v.parse(v.string(), policyNumber),
			policyholderId: row.policyholderId,
			policyholderName: fullName(profile),
			firstAccount: v.parse(bankAccountSchema, bankAccount),
			plan: row.plan,
			startsOn: requireDate(row.startsOn),
			endsOn: row.endsOn === null ? null : requireDate(row.endsOn),
			currency: row.currency,
			deductibleMinor: row.deductibleMinor,
			maximumMinor: row.maximumMinor,
			activationHash: row.activationHash
		};
	}
	const openLinked = async (row: {
		readonly contracts: typeof contracts.$inferSelect;
		readonly people: PersonRow;
		readonly link: typeof contractLinks.$inferSelect;
	}): Promise<LinkedContract> => ({
		...(await openContract(row.contracts, row.people)),
		link: linkOf(row.link)
	});
	return {
		...createInsuredPersonsRepository(cipher),

		/** What a number may be stored under: more than one value while the index key is changing. */
		policyNumberIndex: (policyNumber: string) => cipher.blindIndexes('policy-number', policyNumber),
		activationHash: (code: string) => cipher.blindIndex('activation-code', code),
		/** What the hash of a typed code may be; a letter's code outlives a change of the key. */
		activationHashes: (code: string) => cipher.blindIndexes('activation-code', code),

		findByPolicyNumber(indexes: readonly Uint8Array[]): Read<Contract | null> {
			return read(
				sqlBuilder
					.select()
					.from(contracts)
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(inArray(contracts.policyNumberIndex, indexes)),
				async ([row]) => (row ? openContract(row.contracts, row.people) : null)
			);
		},

		/** What this account sees on a day; without a day whatever it has linked. */
		listOfAccount(accountId: string, today: CalendarDate | null): Read<readonly LinkedContract[]> {
			return read(
				sqlBuilder
					.select({ contracts, people, link: contractLinks })
					.from(contractLinks)
					.innerJoin(contracts, eq(contracts.id, contractLinks.contractId))
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(isOwn(accountId, today))
					.orderBy(asc(contractLinks.linkedAtMs))
					.limit(100),
				(rows) => Promise.all(rows.map(openLinked))
			);
		},

		/** The contract if this account has linked it, else null: somebody else's does not exist. */
		findOfAccount(
			accountId: string,
			contractId: string,
			today: CalendarDate
		): Read<LinkedContract | null> {
			return read(
				sqlBuilder
					.select({ contracts, people, link: contractLinks })
					.from(contractLinks)
					.innerJoin(contracts, eq(contracts.id, contractLinks.contractId))
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(and(isOwn(accountId, today), eq(contractLinks.contractId, contractId))),
				async ([row]) => (row ? openLinked(row) : null)
			);
		},

		/** Undoes the batch unless this account sees the contract in this role. */
		requireLinked(
			{ accountId, role }: { readonly accountId: string; readonly role: ContractRole },
			contractId: string,
			unmet: Unmet
		): Write {
			return requireFound(
				sqlBuilder
					.select({ contractId: contractLinks.contractId })
					.from(contractLinks)
					.where(
						and(
							isOwn(accountId, null),
							eq(contractLinks.contractId, contractId),
							eq(contractLinks.role, role)
						)
					),
				unmet
			);
		},

		/** What decided claims have used of the cover, by person and insurance year. */
		coverUses(contractId: string): Read<readonly CoverUse[]> {
			return read(
				sqlBuilder
					.select({
						insuredPersonId: coverUses.insuredPersonId,
						yearStartsOn: coverUses.yearStartsOn,
						deductibleMinor: sum(coverUses.deductibleMinor).mapWith(Number),
						paidMinor: sum(coverUses.paidMinor).mapWith(Number)
					})
					.from(coverUses)
					.where(eq(coverUses.contractId, contractId))
					.groupBy(coverUses.insuredPersonId, coverUses.yearStartsOn),
				(rows) => rows.map((row) => ({ ...row, yearStartsOn: requireDate(row.yearStartsOn) }))
			);
		},

		/** Burns the activation code and links the account: each works once, together or not at all. */
		link(contract: Contract, accountId: string, nowMs: number): Write {
			const burnt = writeIfHolds(
				sqlBuilder
					.update(contracts)
					.set({ activationHash: null })
					.where(and(eq(contracts.id, contract.id), isNotNull(contracts.activationHash))),
				{ kind: 'invalid', code: 'contracts/link-refused' }
			);
			const linked = write(
				sqlBuilder
					.insert(contractLinks)
					.values({ accountId, contractId: contract.id, linkedAtMs: nowMs }),
				{ kind: 'conflict', code: 'contracts/already-linked' }
			);
			return { statements: [...burnt.statements, ...linked.statements] };
		},

		/** A contract as the insurer's system hands it over. Persons must exist. */
		async insert(contract: NewContract, insuredPersonIds: readonly string[]): Promise<Write> {
			const { policyNumber, bankAccount, ...open } = contract;
			const inserted = write(
				sqlBuilder.insert(contracts).values({
					...open,
					policyNumberIndex: await cipher.blindIndex('policy-number', policyNumber),
					policyNumber: await cipher.sealJson(
						contractCell('policy_number', contract),
						policyNumber
					),
					bankAccount: await cipher.sealJson(contractCell('bank_account', contract), bankAccount)
				})
			);
			const insured = write(
				sqlBuilder
					.insert(insuredPersons)
					.values(insuredPersonIds.map((personId) => ({ contractId: contract.id, personId })))
			);
			return { statements: [...inserted.statements, ...insured.statements] };
		}
	};
}
