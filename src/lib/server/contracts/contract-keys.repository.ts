// What the contracts room keeps under versioned root keys, for the job that moves it after a rotation.
import { and, eq, isNotNull, notExists, notInArray, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write } from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import {
	countByVersion,
	isNotUnder,
	renewalOf,
	type VersionedRows
} from '#lib/server/db/versioned-rows.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { contractCell } from './contract-cells.ts';

export function contractKeyRows(cipher: Cipher): readonly VersionedRows[] {
	return [policyNumberRows(cipher), activationRows()];
}

function policyNumberRows(cipher: Cipher): VersionedRows {
	const current = cipher.currentVersion('blindIndex');
	return {
		name: 'look-up values of policy numbers',
		purpose: 'blindIndex',
		count: () => countByVersion(contracts, contracts.policyNumberIndex),
		next: (left, limit) =>
			read(
				sqlBuilder
					.select({ contract: contracts, person: people })
					.from(contracts)
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(
						and(
							isNotUnder(current, contracts.policyNumberIndex),
							notInArray(contracts.id, [...left])
						)
					)
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(({ contract, person }) =>
							renewalOf(contract.id, async () => {
								await openPerson(cipher, person);
								const cell = contractCell('policy_number', contract);
								const number = v.parse(
									v.string(),
									await cipher.openJson(cell, contract.policyNumber)
								);
								const fresh = await cipher.blindIndex('policy-number', number);
								return movedIndex(contract.id, contract.policyNumberIndex, fresh);
							})
						)
					)
			)
	};
}

function movedIndex(contractId: string, old: Uint8Array, fresh: Uint8Array) {
	const twin = sqlBuilder
		.select({ found: sql`1` })
		.from(sql`contracts as twin`)
		.where(sql`twin.policy_number_index = ${fresh}`);
	return write(
		sqlBuilder
			.update(contracts)
			.set({ policyNumberIndex: fresh })
			.where(
				and(eq(contracts.id, contractId), eq(contracts.policyNumberIndex, old), notExists(twin))
			)
	);
}

/** The code itself is on paper alone: its hash goes when the letter is answered or replaced. */
function activationRows(): VersionedRows {
	return {
		name: 'activation codes of letters (go when the letter is answered)',
		purpose: 'blindIndex',
		count: () =>
			countByVersion(contracts, contracts.activationHash, isNotNull(contracts.activationHash)),
		next: null
	};
}
