import { and, asc, desc, eq, inArray, ne, sql, type SQL } from 'drizzle-orm';
import { isStaff, type StaffRole } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	proofStatesBefore,
	type ProofFault,
	type ProofKind,
	type ProofState
} from '#lib/domain/contracts/proofs.ts';
import { CARDS_SHOWN } from '#lib/domain/messages/information.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openName, type PersonRow } from '#lib/server/db/people.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { contractLinks, contracts } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { insurabilityLooks, insurabilityProofs } from '#lib/server/db/tables/proofs.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';

/** Proofs and looks that a page shows at most. */
const PROOFS_LIMIT = 100;
const LOOKS_LIMIT = 300;

const CLOSED = { kind: 'conflict', code: 'contracts/proof-closed' } as const satisfies Unmet;

/** A proof as its contract's page shows it. */
export type StoredProof = {
	readonly id: string;
	readonly contractId: string;
	readonly personId: string;
	readonly personName: string;
	readonly kind: ProofKind;
	readonly state: ProofState;
	readonly askedAtMs: number;
	readonly dueOn: CalendarDate;
	/** What was wrong with the file before; null where none has come yet. */
	readonly fault: ProofFault | null;
	readonly handedInAtMs: number | null;
	readonly endedAtMs: number | null;
};

export type ProofLook = {
	readonly atMs: number;
	readonly accountId: string;
	readonly role: StaffRole;
};

/** A row opened; of the person nothing but the name. */
export async function openProof(
	cipher: Cipher,
	{ proof, person }: { proof: typeof insurabilityProofs.$inferSelect; person: PersonRow }
): Promise<StoredProof> {
	const { id, contractId, personId, kind, state, askedAtMs, fault } = proof;
	return {
		...{ id, contractId, personId, kind, state, askedAtMs, fault },
		personName: await openName(cipher, person),
		dueOn: requireDate(proof.dueOn),
		handedInAtMs: proof.handedInAtMs,
		endedAtMs: proof.endedAtMs
	};
}

/** Who hands proofs in, as `ACTS_AT_CONTRACT` has it for `prove`: a test asks both of them. */
const mayProve = (accountId: string, today: CalendarDate): SQL => sql`exists (
	select 1 from ${contractLinks} l
	where l.account_id = ${accountId} and l.contract_id = "insurability_proofs"."contract_id"
		and (l.role = 'policyholder'
			or (l.role = 'representative' and l.scope = 'contract' and l.ends_on >= ${today}))
)`;

/** What is the policyholder's own, without a day: for the copy of their data. */
const isHeldBy = (accountId: string): SQL => sql`exists (
	select 1 from ${contractLinks} l
	where l.account_id = ${accountId} and l.contract_id = "insurability_proofs"."contract_id"
		and l.role = 'policyholder'
)`;

export type ProofsRepository = ReturnType<typeof createProofsRepository>;

/** Proofs of insurability as customers see and hand them in; the desk's side is `proof-desk`. */
export function createProofsRepository(cipher: Cipher) {
	const list = (condition: SQL | undefined): Read<readonly StoredProof[]> =>
		read(
			sqlBuilder
				.select({ proof: insurabilityProofs, person: people })
				.from(insurabilityProofs)
				.innerJoin(people, eq(people.id, insurabilityProofs.personId))
				.where(condition)
				.orderBy(asc(insurabilityProofs.askedAtMs), asc(insurabilityProofs.id))
				.limit(PROOFS_LIMIT),
			(rows) => Promise.all(rows.map((row) => openProof(cipher, row)))
		);
	const listLooksWhere = (condition: SQL | undefined) =>
		sqlBuilder
			.select({
				proofId: insurabilityLooks.proofId,
				atMs: insurabilityLooks.atMs,
				accountId: insurabilityLooks.accountId,
				role: insurabilityLooks.role
			})
			.from(insurabilityLooks)
			.innerJoin(insurabilityProofs, eq(insurabilityProofs.id, insurabilityLooks.proofId))
			.where(condition)
			.orderBy(desc(insurabilityLooks.atMs))
			.limit(LOOKS_LIMIT);

	return {
		/** The contract's, for whoever may hand them in; what was taken back is not shown. */
		listOfContract: (contractId: string, accountId: string, today: CalendarDate) =>
			list(
				and(
					eq(insurabilityProofs.contractId, contractId),
					ne(insurabilityProofs.state, 'withdrawn'),
					mayProve(accountId, today)
				)
			),

		/** Contracts of the account that wait for proofs, the first day of each, the earliest first. */
		listMissing(
			accountId: string,
			today: CalendarDate
		): Read<
			readonly { readonly contractId: string; readonly plan: string; readonly dueOn: string }[]
		> {
			return read(
				sqlBuilder
					.select({
						contractId: contracts.id,
						plan: contracts.plan,
						dueOn: sql<string>`min(${insurabilityProofs.dueOn})`
					})
					.from(insurabilityProofs)
					.innerJoin(contracts, eq(contracts.id, insurabilityProofs.contractId))
					.where(and(eq(insurabilityProofs.state, 'open'), mayProve(accountId, today)))
					.groupBy(contracts.id)
					.orderBy(sql`min(${insurabilityProofs.dueOn})`)
					.limit(CARDS_SHOWN),
				(rows) => rows
			);
		},

		/** Undoes the batch unless this proof of this contract waits for this account's file. */
		requireOpen(
			{ id, contractId }: { readonly id: string; readonly contractId: string },
			accountId: string,
			today: CalendarDate
		): Write {
			return requireFound(
				sqlBuilder
					.select({ id: insurabilityProofs.id })
					.from(insurabilityProofs)
					.where(
						and(
							eq(insurabilityProofs.id, id),
							eq(insurabilityProofs.contractId, contractId),
							eq(insurabilityProofs.state, 'open'),
							mayProve(accountId, today)
						)
					),
				CLOSED
			);
		},

		/** This one proof is answered by the file, and by no other. */
		handIn(id: string, fileId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(insurabilityProofs)
					.set({ state: 'handed-in', fileId, handedInAtMs: nowMs, fault: null })
					.where(
						and(
							eq(insurabilityProofs.id, id),
							inArray(insurabilityProofs.state, proofStatesBefore('handed-in'))
						)
					),
				CLOSED
			);
		},

		/** A file that was refused when it was looked through answers nothing: its proof is open again. */
		reopenOfRefusedFile(fileId: string): Write {
			return write(
				sqlBuilder
					.update(insurabilityProofs)
					.set({ state: 'open', fileId: null, handedInAtMs: null, fault: 'unreadable' })
					.where(
						and(
							eq(insurabilityProofs.fileId, fileId),
							inArray(insurabilityProofs.state, proofStatesBefore('open'))
						)
					)
			);
		},

		/** Who of the staff looked at the contract's proofs, and when. */
		listLooks(
			contractId: string,
			accountId: string,
			today: CalendarDate
		): Read<readonly ProofLook[]> {
			return read(
				listLooksWhere(
					and(eq(insurabilityProofs.contractId, contractId), mayProve(accountId, today))
				),
				(rows) =>
					rows.flatMap(({ atMs, accountId: who, role }) =>
						isStaff(role) ? [{ atMs, accountId: who, role }] : []
					)
			);
		},

		/** Everything that was asked of the account as a policyholder, for the copy of its data. */
		listAllOf: (accountId: string) => list(isHeldBy(accountId)),

		/** Looks at it, for the same copy. */
		listAllLooksOf(
			accountId: string
		): Read<readonly { readonly proofId: string; readonly role: string; readonly atMs: number }[]> {
			return read(listLooksWhere(isHeldBy(accountId)), (rows) =>
				rows.map(({ proofId, role, atMs }) => ({ proofId, role, atMs }))
			);
		}
	};
}
