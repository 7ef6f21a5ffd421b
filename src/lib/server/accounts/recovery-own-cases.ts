/** Whose case it is, seen from the desk: nobody decides about themselves (Z7, security.md 3.12). */
import { sql, type SQL } from 'drizzle-orm';
import type { Actor } from '#lib/domain/actor.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import {
	contractLinks,
	contracts,
	insuredPersons,
	staffOwnContracts
} from '#lib/server/db/tables/contracts.ts';

export type StaffMember = Pick<Actor, 'accountId' | 'personId'>;

/**
 * A condition on the account of a case: it is the member of staff themselves, or they share a
 * contract. A contract is shared with whoever holds it, is insured by it or has linked it; staff
 * have named theirs too, from whichever account they use it.
 */
export function isOwnCase({ accountId, personId }: StaffMember): SQL<number> {
	const customers = sql`
		select ${contractLinks.contractId} as id from ${contractLinks}
			where ${contractLinks.accountId} = ${accounts.id}
		union ${contractsOfPerson(sql`${accounts.personId}`)}`;
	const staffs = sql`
		select ${staffOwnContracts.contractId} as id from ${staffOwnContracts}
			where ${staffOwnContracts.accountId} = ${accountId}
		union ${contractsOfPerson(sql`${personId}`)}`;
	return sql<number>`(${accounts.personId} = ${personId} or exists (
		select id from (${customers}) intersect select id from (${staffs})))`;
}

function contractsOfPerson(personId: SQL): SQL {
	return sql`select ${contracts.id} from ${contracts}
			where ${contracts.policyholderId} = ${personId}
		union select ${insuredPersons.contractId} from ${insuredPersons}
			where ${insuredPersons.personId} = ${personId}`;
}
