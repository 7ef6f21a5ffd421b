import { asc, eq, inArray } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { contracts, staffOwnContracts } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

const MAX_NAMED = 20;
const TAKEN = { kind: 'conflict', code: 'staff/own-contract-known' } as const;

/** Contracts that members of staff have named as their own. */
export function createStaffOwnContractsRepository(cipher: Cipher) {
	return {
		/** For the decision: of which contracts this member of staff decides nothing. */
		idsOf(accountId: string): Read<readonly string[]> {
			return read(
				sqlBuilder
					.select({ id: staffOwnContracts.contractId })
					.from(staffOwnContracts)
					.where(eq(staffOwnContracts.accountId, accountId)),
				(rows) => rows.map((row) => row.id)
			);
		},

		/** For the owner's own page: the numbers. */
		numbersOf(accountId: string): Read<readonly string[]> {
			return read(
				sqlBuilder
					.select({ contracts, people })
					.from(staffOwnContracts)
					.innerJoin(contracts, eq(contracts.id, staffOwnContracts.contractId))
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(eq(staffOwnContracts.accountId, accountId))
					.orderBy(asc(staffOwnContracts.namedAtMs))
					.limit(MAX_NAMED),
				(rows) =>
					Promise.all(rows.map((row) => openPolicyNumber(cipher, row.contracts, row.people)))
			);
		},

		/** What the typed number may be stored under, and which contract it is. */
		indexesOf: (policyNumber: string) => cipher.blindIndexes('policy-number', policyNumber),
		findContract(indexes: readonly Uint8Array[]): Read<string | null> {
			return read(
				sqlBuilder
					.select({ id: contracts.id })
					.from(contracts)
					.where(inArray(contracts.policyNumberIndex, indexes)),
				([row]) => row?.id ?? null
			);
		},

		insert(accountId: string, contractId: string, nowMs: number): Write {
			return write(
				sqlBuilder.insert(staffOwnContracts).values({ accountId, contractId, namedAtMs: nowMs }),
				TAKEN
			);
		}
	};
}
