import { sql, type SQL } from 'drizzle-orm';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { contracts, staffOwnContracts } from '#lib/server/db/tables/contracts.ts';
import { claimCoInsured, claimFiles } from '#lib/server/db/tables/claims.ts';

/**
 * Whether an account has typed the row of `claims` at hand in from a letter, or a document for it. Who
 * has neither decides it nor checks its payment: else one person makes the evidence and the decision.
 */
export const isTypedInBy = (account: SQL): SQL => sql`(
	"claims"."captured_by" is ${account}
	or exists (select 1 from ${claimFiles} f where f.claim_id = "claims"."id" and f.captured_by is ${account})
)`;

/**
 * Whether a claim belongs to an account or person in any of the ways a decision must not (Z7), as SQL
 * over the row of `claims` at hand: owner, insured person, somebody whose bills it hands in besides, policyholder, whoever typed any of it in,
 * or a contract named as own.
 */
export const isOwnOf = (account: SQL, person: SQL): SQL => sql`(
	"claims"."account_id" = ${account}
	or ${isTypedInBy(account)}
	or ${person} in (
		"claims"."person_id", "claims"."insured_person_id",
		(select owner.person_id from ${accounts} owner where owner.id = "claims"."account_id"),
		(select k.policyholder_id from ${contracts} k where k.id = "claims"."contract_id")
	)
	or exists (select 1 from ${claimCoInsured} i where i.claim_id = "claims"."id" and i.person_id = ${person})
	or exists (select 1 from ${staffOwnContracts} s where s.account_id = ${account} and s.contract_id = "claims"."contract_id")
)`;
