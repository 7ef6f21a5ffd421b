import { and, eq, sql, sum } from 'drizzle-orm';
import { isSameYear, type CoverUse, type KnownUse } from '#lib/domain/contracts/cover.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { claimCoInsured, claims } from '#lib/server/db/tables/claims.ts';
import { contracts, coverUses } from '#lib/server/db/tables/contracts.ts';

const CHANGED = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const satisfies Unmet;

type CoveredClaim = { readonly id: string; readonly contractId: string };

export type CoverRepository = typeof coverRepository;

/** What decisions use of a contract's deductible and maximum, of one person in one insurance year. */
export const coverRepository = {
	/** What this claim and others of the same contract and its insured persons have used, year by year. */
	listUses(claimId: string): Read<readonly KnownUse[]> {
		const isOfThisClaim = sql<number>`${coverUses.claimId} = ${claimId}`;
		return read(
			sqlBuilder
				.select({
					insuredPersonId: coverUses.insuredPersonId,
					yearStartsOn: coverUses.yearStartsOn,
					isOfThisClaim: isOfThisClaim.as('is_of_this_claim'),
					deductibleMinor: sum(coverUses.deductibleMinor).mapWith(Number),
					paidMinor: sum(coverUses.paidMinor).mapWith(Number)
				})
				.from(coverUses)
				.where(
					sql`${coverUses.contractId} = (select c.contract_id from ${claims} c where c.id = ${claimId})
						and ${coverUses.insuredPersonId} in (
							select c.insured_person_id from ${claims} c where c.id = ${claimId}
							union all select i.person_id from ${claimCoInsured} i where i.claim_id = ${claimId}
						)`
				)
				.groupBy(coverUses.insuredPersonId, coverUses.yearStartsOn, sql`is_of_this_claim`),
			(rows) =>
				rows.map((row) => ({
					...row,
					yearStartsOn: requireDate(row.yearStartsOn),
					isOfThisClaim: Boolean(row.isOfThisClaim)
				}))
		);
	},

	/**
	 * Books what a decision uses, in the place of what an earlier one of the claim has used, if that
	 * much is left at this very moment: two claims of one person may be decided at once. What the claim
	 * was `granted` before stays possible whatever the contract says by now.
	 */
	book(claim: CoveredClaim, uses: readonly CoverUse[], granted: readonly CoverUse[]): Write {
		const cleared = write(sqlBuilder.delete(coverUses).where(eq(coverUses.claimId, claim.id)));
		const booked = uses.map((use) => {
			const before = granted.find((one) => isSameYear(one, use));
			return bookYear(claim, use, before ?? { ...use, deductibleMinor: 0, paidMinor: 0 });
		});
		return joinWrites(cleared, ...booked);
	}
};

function bookYear(claim: CoveredClaim, use: CoverUse, granted: CoverUse): Write {
	const { insuredPersonId, yearStartsOn, deductibleMinor, paidMinor } = use;
	const used = (column: typeof coverUses.deductibleMinor | typeof coverUses.paidMinor) =>
		sqlBuilder
			.select({ used: sum(column) })
			.from(coverUses)
			.where(
				and(
					eq(coverUses.contractId, claim.contractId),
					eq(coverUses.insuredPersonId, insuredPersonId),
					eq(coverUses.yearStartsOn, yearStartsOn)
				)
			);
	return writeIfHolds(
		sqlBuilder.insert(coverUses).select(
			sqlBuilder
				.select({
					claimId: sql<string>`${claim.id}`.as('claim_id'),
					insuredPersonId: sql<string>`${insuredPersonId}`.as('insured_person_id'),
					yearStartsOn: sql<string>`${yearStartsOn}`.as('year_starts_on'),
					contractId: contracts.id,
					deductibleMinor: sql<number>`${deductibleMinor}`.as('deductible_minor'),
					paidMinor: sql<number>`${paidMinor}`.as('paid_minor')
				})
				.from(contracts)
				.where(
					and(
						eq(contracts.id, claim.contractId),
						sql`(${deductibleMinor} <= ${granted.deductibleMinor} or coalesce((${used(coverUses.deductibleMinor)}), 0) + ${deductibleMinor} <= "contracts"."deductible_minor")`,
						sql`(${paidMinor} <= ${granted.paidMinor} or "contracts"."maximum_minor" is null or coalesce((${used(coverUses.paidMinor)}), 0) + ${paidMinor} <= "contracts"."maximum_minor")`
					)
				)
		),
		CHANGED
	);
}
