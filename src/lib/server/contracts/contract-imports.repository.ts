import { inArray, notExists, sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, requireFound, type Read, type Write } from '#lib/server/db/client.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';

const TAKEN = { kind: 'conflict', code: 'contracts/number-taken' } as const;

const withIndex = (indexes: readonly Uint8Array[]) =>
	sqlBuilder
		.select({ index: contracts.policyNumberIndex })
		.from(contracts)
		.where(inArray(contracts.policyNumberIndex, [...indexes]));

export type ContractImportsRepository = typeof contractImportsRepository;

export const contractImportsRepository = {
	/** Which of these blind indexes a contract is stored under. */
	findIndexes(indexes: readonly Uint8Array[]): Read<readonly Uint8Array[]> {
		return read(withIndex(indexes), (rows) => rows.map(({ index }) => index));
	},

	/** Undoes the batch when one of the numbers has a contract by now. */
	requireFree(indexes: readonly Uint8Array[]): Write {
		return requireFound(
			sqlBuilder
				.select({ one: sql`1` })
				.from(sql`(select 1)`)
				.where(notExists(withIndex(indexes))),
			TAKEN
		);
	}
};
