// Who is insured by a contract, and what of them its readers may see (decision 0064).
import { and, eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { fullName, type Profile } from '#lib/domain/accounts/profile.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { isNamedTo, isOpenTo, type InsuredAccess } from '#lib/domain/contracts/contract-access.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openPerson, type PersonRow } from '#lib/server/db/people.ts';
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
	Pick<InsuredAccess, 'hasOwnAccess' | 'isReleased'> & {
		/** Their use of the cover may be seen, and claims handed in for them. */
		readonly isOpen: boolean;
	};

const ownLinks = alias(contractLinks, 'own_links');

/** Whether the insured person at hand has an account with this contract, and has released anything. */
const accessOf = (condition = sql`true`) =>
	sql<number>`exists ${sqlBuilder
		.select({ one: sql`1` })
		.from(ownLinks)
		.where(
			and(
				eq(ownLinks.contractId, sql`"insured_persons"."contract_id"`),
				eq(ownLinks.personId, sql`"insured_persons"."person_id"`),
				eq(ownLinks.role, 'insured-person'),
				condition
			)
		)}`;

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
				hasOwnAccess: accessOf(),
				isReleased: accessOf(sql`${ownLinks.releasedAtMs} is not null`)
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
			readonly isReleased: number;
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
				isReleased: Boolean(row.isReleased)
			};
			const about = { ...access, personId: person.personId, ...person.profile };
			return [{ ...person, ...access, isOpen: today !== null && isOpenTo(link, about, today) }];
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
