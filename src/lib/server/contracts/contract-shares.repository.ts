// Who else sees a contract: codes that let somebody in, representatives, releases (decision 0064).
import { and, asc, eq, gt, gte, inArray, lt, ne, sql } from 'drizzle-orm';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	MAX_INVITATIONS,
	type ContractRole,
	type Release,
	type RepresentativeScope
} from '#lib/domain/contracts/contract-access.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { contractInvitations, contractLinks } from '#lib/server/db/tables/contracts.ts';

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const REFUSED = { kind: 'invalid', code: 'contracts/link-refused' } as const satisfies Unmet;
const LINKED = { kind: 'conflict', code: 'contracts/already-linked' } as const satisfies Unmet;
const TOO_MANY = { kind: 'conflict', code: 'contracts/too-many-codes' } as const satisfies Unmet;

export type Invitation = {
	readonly codeHash: Uint8Array;
	readonly contractId: string;
	readonly role: ContractRole;
	/** The insured person the code is for. */
	readonly personId: string | null;
	readonly scope: RepresentativeScope | null;
	readonly endsOn: CalendarDate | null;
	readonly validUntilMs: number;
};

/** Whoever a contract is shared with, without a name: the policyholder knows whom they let in. */
export type Share = {
	readonly role: ContractRole;
	readonly personId: string | null;
	readonly scope: RepresentativeScope | null;
	readonly endsOn: CalendarDate | null;
	readonly sinceMs: number;
};

export type ContractSharesRepository = typeof contractSharesRepository;

export const contractSharesRepository = {
	/** Others than the policyholder who see the contract on a day. */
	listOfContract(contractId: string, today: CalendarDate): Read<readonly Share[]> {
		return read(
			sqlBuilder
				.select()
				.from(contractLinks)
				.where(
					and(
						eq(contractLinks.contractId, contractId),
						ne(contractLinks.role, 'policyholder'),
						sql`coalesce(${contractLinks.endsOn}, ${today}) >= ${today}`
					)
				)
				.orderBy(asc(contractLinks.linkedAtMs))
				.limit(100),
			(rows) =>
				rows.map(({ role, personId, scope, endsOn, linkedAtMs }) => ({
					...{ role, personId, scope, sinceMs: linkedAtMs },
					endsOn: endsOn === null ? null : requireDate(endsOn)
				}))
		);
	},

	/** The invitation to a contract that a typed code may be; null for any other code. */
	findInvitation(codeHashes: readonly Uint8Array[], nowMs: number): Read<Invitation | null> {
		return read(
			sqlBuilder
				.select()
				.from(contractInvitations)
				.where(
					and(
						inArray(contractInvitations.codeHash, [...codeHashes]),
						gt(contractInvitations.validUntilMs, nowMs)
					)
				),
			([row]) =>
				row ? { ...row, endsOn: row.endsOn === null ? null : requireDate(row.endsOn) } : null
		);
	},

	/**
	 * Lets somebody in by a code, in the place of an earlier code for the same insured person. `by` must
	 * be the contract's policyholder, else `portal/not-found`; `contracts/too-many-codes` beside others.
	 */
	invite(invitation: Invitation, by: string, nowMs: number): Write {
		const { contractId, personId } = invitation;
		const open = and(
			eq(contractInvitations.contractId, contractId),
			gt(contractInvitations.validUntilMs, nowMs)
		);
		return joinWrites(
			requireHolder(by, contractId),
			...(personId === null
				? []
				: [
						write(
							sqlBuilder
								.delete(contractInvitations)
								.where(
									and(
										eq(contractInvitations.contractId, contractId),
										eq(contractInvitations.personId, personId)
									)
								)
						)
					]),
			write(sqlBuilder.insert(contractInvitations).values(invitation)),
			// Stands after the insert, so that two at once cannot both slip under the limit.
			requireFound(
				sqlBuilder
					.select({ count: sql<number>`count(*)` })
					.from(contractInvitations)
					.where(open)
					.having(sql`count(*) <= ${MAX_INVITATIONS}`),
				TOO_MANY
			)
		);
	},

	/**
	 * Uses a code up and lets its account in. A representative whose time was over comes back by it;
	 * whoever sees the contract already does not become somebody else.
	 */
	accept(invitation: Invitation, accountId: string, today: CalendarDate, nowMs: number): Write {
		const { codeHash, contractId, role, personId, scope, endsOn } = invitation;
		const as = {
			...{ role, personId, scope, endsOn, linkedAtMs: nowMs },
			...{ releasedAtMs: null, releaseScope: null }
		};
		return joinWrites(
			writeIfHolds(
				sqlBuilder.delete(contractInvitations).where(eq(contractInvitations.codeHash, codeHash)),
				REFUSED
			),
			writeIfHolds(
				sqlBuilder
					.insert(contractLinks)
					.values({ accountId, contractId, ...as })
					.onConflictDoUpdate({
						target: [contractLinks.accountId, contractLinks.contractId],
						set: as,
						setWhere: lt(contractLinks.endsOn, today)
					}),
				LINKED
			)
		);
	},

	/** Ends a representative's access with the day before; from the next request on nothing is seen. */
	endRepresentation(contractId: string, sinceMs: number, by: string, today: CalendarDate): Write {
		return joinWrites(
			requireHolder(by, contractId),
			writeIfHolds(
				sqlBuilder
					.update(contractLinks)
					.set({ endsOn: addDays(today, -1) })
					.where(
						and(
							eq(contractLinks.contractId, contractId),
							eq(contractLinks.role, 'representative'),
							eq(contractLinks.linkedAtMs, sinceMs),
							gte(contractLinks.endsOn, today)
						)
					),
				GONE
			)
		);
	},

	/** What an insured person lets the policyholder see; theirs alone to say. */
	release(accountId: string, contractId: string, release: Release | null): Write {
		return writeIfHolds(
			sqlBuilder
				.update(contractLinks)
				.set({ releasedAtMs: release?.atMs ?? null, releaseScope: release?.scope ?? null })
				.where(
					and(
						eq(contractLinks.accountId, accountId),
						eq(contractLinks.contractId, contractId),
						eq(contractLinks.role, 'insured-person')
					)
				),
			GONE
		);
	}
};

function requireHolder(accountId: string, contractId: string): Write {
	return requireFound(
		sqlBuilder
			.select({ contractId: contractLinks.contractId })
			.from(contractLinks)
			.where(
				and(
					eq(contractLinks.accountId, accountId),
					eq(contractLinks.contractId, contractId),
					eq(contractLinks.role, 'policyholder')
				)
			),
		GONE
	);
}
