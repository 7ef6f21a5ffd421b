// Who is insured by a contract, and what of them its readers may see (decision 0064).
import { and, eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { fullName, type Profile } from '#lib/domain/accounts/profile.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	isNamedTo,
	isOpenTo,
	mayReadClaims,
	type ContractLink,
	type InsuredAccess,
	type ReleaseScope
} from '#lib/domain/contracts/contract-access.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openPerson, type PersonRow } from '#lib/server/db/people.ts';
import { releaseCounts } from '#lib/server/db/release.ts';
import { contractLinks, contracts, insuredPersons } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { isOwn, linkOf } from './contract-links.ts';

export type InsuredPerson = {
	readonly contractId: string;
	readonly personId: string;
	readonly name: string;
	readonly profile: Profile;
};

/** Somebody insured, and what of them the reader of a contract may see. */
export type ShownPerson = InsuredPerson &
	Pick<InsuredAccess, 'hasOwnAccess' | 'releasedScope'> & {
		/** Their use of the cover may be seen, and claims handed in for them. */
		readonly isOpen: boolean;
		/** The claims they have handed in themselves may be read (decision 0075). */
		readonly claimsAreOpen: boolean;
	};

/** The link at hand is to the contract of a claim that this account has handed in. */
const isContractOfClaim = (accountId: string, claimId: string) =>
	sql`${contractLinks.contractId} = (select c.contract_id from claims c
		where c.id = ${claimId} and c.account_id = ${accountId})`;

/** Of a contract of thousands a page opens so many at most to know whether there is another one. */
const BESIDE_CLAIM = 20;

const ownLinks = alias(contractLinks, 'own_links');

const isOfInsured = and(
	eq(ownLinks.contractId, sql`"insured_persons"."contract_id"`),
	eq(ownLinks.personId, sql`"insured_persons"."person_id"`),
	eq(ownLinks.role, 'insured-person')
);

/** Whether the insured person at hand has an account with this contract. */
const hasOwnAccess = sql<number>`exists ${sqlBuilder
	.select({ one: sql`1` })
	.from(ownLinks)
	.where(isOfInsured)}`;

/** What the insured person at hand has released to the reader, as far as that counts. */
const releasedScope = sql<ReleaseScope | null>`${sqlBuilder
	.select({ scope: sql`"own_links"."release_scope"` })
	.from(ownLinks)
	.where(and(isOfInsured, releaseCounts(ownLinks, contractLinks)))
	.limit(1)}`;

/** Part of the contracts repository. */
export function createInsuredPersonsRepository(cipher: Cipher) {
	const openInsured = (
		rows: readonly { insured_persons: typeof insuredPersons.$inferSelect; people: PersonRow }[]
	) =>
		Promise.all(
			rows.map(async ({ insured_persons: row, people: person }) => {
				const profile = await openPerson(cipher, person);
				return {
					contractId: row.contractId,
					personId: row.personId,
					name: fullName(profile),
					profile
				};
			})
		);

	const selectShown = () =>
		sqlBuilder
			.select({
				insured_persons: insuredPersons,
				people,
				link: contractLinks,
				hasOwnAccess,
				releasedScope
			})
			.from(contractLinks)
			.innerJoin(insuredPersons, eq(insuredPersons.contractId, contractLinks.contractId))
			.innerJoin(people, eq(people.id, insuredPersons.personId))
			.$dynamic();
	const openShown = async (
		rows: readonly {
			readonly insured_persons: typeof insuredPersons.$inferSelect;
			readonly people: PersonRow;
			readonly link: typeof contractLinks.$inferSelect;
			readonly hasOwnAccess: number;
			readonly releasedScope: ReleaseScope | null;
		}[],
		today: CalendarDate | null
	): Promise<readonly ShownPerson[]> => {
		const persons = await openInsured(rows);
		return rows.flatMap((row, index) => {
			const person = persons[index];
			const link = linkOf(row.link);
			if (!person || !isNamedTo(link, person)) return [];
			const access = {
				hasOwnAccess: Boolean(row.hasOwnAccess),
				releasedScope: row.releasedScope
			};
			const about = { ...access, personId: person.personId, ...person.profile };
			const isOpen = today !== null && isOpenTo(link, about, today);
			const claimsAreOpen = today !== null && mayReadClaims(link, about, today);
			return [{ ...person, ...access, isOpen, claimsAreOpen }];
		});
	};

	return {
		insuredByPolicyNumber(indexes: readonly Uint8Array[]): Read<readonly InsuredPerson[]> {
			return read(
				sqlBuilder
					.select({ insured_persons: insuredPersons, people })
					.from(insuredPersons)
					.innerJoin(contracts, eq(contracts.id, insuredPersons.contractId))
					.innerJoin(people, eq(people.id, insuredPersons.personId))
					.where(inArray(contracts.policyNumberIndex, indexes)),
				openInsured
			);
		},

		/** The insured persons whom this account may know of, on a day or ever. */
		insuredOfAccount(accountId: string, today: CalendarDate | null): Read<readonly ShownPerson[]> {
			return read(selectShown().where(isOwn(accountId, today)).limit(1000), (rows) =>
				openShown(rows, today)
			);
		},

		/** Some of the people insured by the contract of a claim of this account: enough to know of another one. */
		someBesideClaim(
			accountId: string,
			claimId: string,
			today: CalendarDate
		): Read<readonly ShownPerson[]> {
			return read(
				selectShown()
					.where(and(isOwn(accountId, today), isContractOfClaim(accountId, claimId)))
					.limit(BESIDE_CLAIM),
				(rows) => openShown(rows, today)
			);
		},

		/** As whom this account sees the contract of a claim it has handed in; null where it no longer does. */
		findLinkOfClaim(
			accountId: string,
			claimId: string,
			today: CalendarDate
		): Read<ContractLink | null> {
			return read(
				sqlBuilder
					.select()
					.from(contractLinks)
					.where(and(isOwn(accountId, today), isContractOfClaim(accountId, claimId))),
				([row]) => (row ? linkOf(row) : null)
			);
		},

		insuredOfContract(
			accountId: string,
			contractId: string,
			today: CalendarDate
		): Read<readonly ShownPerson[]> {
			return read(
				selectShown().where(and(isOwn(accountId, today), eq(contractLinks.contractId, contractId))),
				(rows) => openShown(rows, today)
			);
		}
	};
}
