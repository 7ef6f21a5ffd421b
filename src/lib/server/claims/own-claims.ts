import { sql, type SQL } from 'drizzle-orm';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { contracts, staffOwnContracts } from '#lib/server/db/tables/contracts.ts';

/**
 * Whether a claim belongs to an account or person in any of the ways a decision must not (Z7), as SQL
 * over the row of `claims` at hand: owner, insured person, policyholder, whoever typed it in from a
 * letter (else one person makes the evidence and the decision), or a contract named as own.
 */
export const isOwnOf = (account: SQL, person: SQL): SQL => sql`(
	"claims"."account_id" = ${account}
	or "claims"."captured_by" is ${account}
	or ${person} in (
		"claims"."person_id", "claims"."insured_person_id",
		(select owner.person_id from ${accounts} owner where owner.id = "claims"."account_id"),
		(select k.policyholder_id from ${contracts} k where k.id = "claims"."contract_id")
	)
	or exists (select 1 from ${staffOwnContracts} s where s.account_id = ${account} and s.contract_id = "claims"."contract_id")
)`;
