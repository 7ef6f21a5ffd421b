import * as v from 'valibot';
import type { contracts } from '#lib/server/db/tables/contracts.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { PersonRow } from './people.ts';

type ContractRow = typeof contracts.$inferSelect;

/** Learns the policyholder's key for this request and opens the number of their contract. */
export async function openPolicyNumber(
	cipher: Cipher,
	contract: Pick<ContractRow, 'id' | 'policyNumber'>,
	policyholder: PersonRow
): Promise<string> {
	await cipher.learn(policyholder.id, policyholder);
	const cell = {
		table: 'contracts',
		column: 'policy_number',
		rowId: contract.id,
		personId: policyholder.id
	};
	return v.parse(v.string(), await cipher.openJson(cell, contract.policyNumber));
}
