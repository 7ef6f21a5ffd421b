// Longer than most: every act at the desk leans on the same conditions, whose proof it is and who has it.
import { and, asc, eq, exists, inArray, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Actor } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	proofStatesBefore,
	type ProofFault,
	type ProofKind
} from '#lib/domain/contracts/proofs.ts';
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
import { openName } from '#lib/server/db/people.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import {
	contractLinks,
	contracts,
	insuredPersons,
	staffOwnContracts
} from '#lib/server/db/tables/contracts.ts';
import { files } from '#lib/server/db/tables/files.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { insurabilityLooks, insurabilityProofs } from '#lib/server/db/tables/proofs.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { openProof, type StoredProof } from './proofs.repository.ts';

/** Of each list at the desk. */
const DESK_LIMIT = 50;

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const OWN = { kind: 'forbidden', code: 'contracts/proof-own' } as const satisfies Unmet;
const ASKED = { kind: 'conflict', code: 'contracts/proof-asked' } as const satisfies Unmet;
const CLOSED = { kind: 'conflict', code: 'contracts/proof-closed' } as const satisfies Unmet;
const MEANWHILE = { kind: 'conflict', code: 'contracts/proof-taken' } as const satisfies Unmet;
export const PROOF_NOT_ASSIGNED = {
	kind: 'forbidden',
	code: 'contracts/proof-not-assigned'
} as const satisfies Unmet;

/** A line of the desk's lists. */
export type DeskProof = StoredProof & {
	readonly plan: string;
	readonly policyNumber: string;
	readonly assignee: { readonly id: string; readonly name: string } | null;
};

const policyholder = alias(people, 'policyholder');
const assignee = alias(accounts, 'assignee');
const assigneePerson = alias(people, 'assignee_person');

/** Whether a contract is the actor's own in any of the ways a judgement must not be (Z7). */
const isOwnContract = ({ accountId, personId }: Actor, contractId: SQL): SQL => sql`(
	exists (select 1 from ${contracts} k where k.id = ${contractId} and k.policyholder_id = ${personId})
	or exists (select 1 from ${insuredPersons} i where i.contract_id = ${contractId} and i.person_id = ${personId})
	or exists (select 1 from ${contractLinks} l where l.contract_id = ${contractId} and l.account_id = ${accountId})
	or exists (select 1 from ${staffOwnContracts} s where s.contract_id = ${contractId} and s.account_id = ${accountId})
)`;
const CONTRACT_OF_PROOF = sql`"insurability_proofs"."contract_id"`;

const requireContract = (id: string, condition: SQL | undefined, unmet: Unmet): Write =>
	requireFound(
		sqlBuilder
			.select({ id: contracts.id })
			.from(contracts)
			.where(and(eq(contracts.id, id), condition)),
		unmet
	);
const requireProof = (id: string, condition: SQL | undefined, unmet: Unmet): Write =>
	requireFound(
		sqlBuilder
			.select({ id: insurabilityProofs.id })
			.from(insurabilityProofs)
			.where(and(eq(insurabilityProofs.id, id), condition)),
		unmet
	);

export type ProofDeskRepository = ReturnType<typeof createProofDeskRepository>;

/** Proofs of insurability of all customers, as staff ask for them and judge them. */
export function createProofDeskRepository(cipher: Cipher) {
	const listWhere = (condition: SQL | undefined, ...order: SQL[]): Read<readonly DeskProof[]> =>
		read(
			sqlBuilder
				.select({
					...{ proof: insurabilityProofs, person: people, contract: contracts },
					...{ policyholder, assigneePerson }
				})
				.from(insurabilityProofs)
				.innerJoin(people, eq(people.id, insurabilityProofs.personId))
				.innerJoin(contracts, eq(contracts.id, insurabilityProofs.contractId))
				.innerJoin(policyholder, eq(policyholder.id, contracts.policyholderId))
				.leftJoin(assignee, eq(assignee.id, insurabilityProofs.assigneeId))
				.leftJoin(assigneePerson, eq(assigneePerson.id, assignee.personId))
				.where(condition)
				.orderBy(...order, asc(insurabilityProofs.id))
				.limit(DESK_LIMIT),
			(rows) =>
				Promise.all(
					rows.map(async (row) => ({
						...(await openProof(cipher, row)),
						plan: row.contract.plan,
						policyNumber: await openPolicyNumber(cipher, row.contract, row.policyholder),
						assignee:
							row.proof.assigneeId && row.assigneePerson
								? { id: row.proof.assigneeId, name: await openName(cipher, row.assigneePerson) }
								: null
					}))
				)
		);
	/** One step of the table of states, by whoever has the proof in hand. */
	const step = (
		id: string,
		actor: Actor,
		change: Partial<typeof insurabilityProofs.$inferInsert> & {
			readonly state: StoredProof['state'];
		},
		condition?: SQL
	): Write =>
		writeIfHolds(
			sqlBuilder
				.update(insurabilityProofs)
				.set(change)
				.where(
					and(
						eq(insurabilityProofs.id, id),
						eq(insurabilityProofs.assigneeId, actor.accountId),
						inArray(insurabilityProofs.state, proofStatesBefore(change.state)),
						condition
					)
				),
			CLOSED
		);

	return {
		/** What has come in and waits to be judged, the oldest first. */
		listHandedIn: () =>
			listWhere(eq(insurabilityProofs.state, 'handed-in'), asc(insurabilityProofs.handedInAtMs)),

		/** What customers have still to hand in, the first day first. */
		listOpen: () => listWhere(eq(insurabilityProofs.state, 'open'), asc(insurabilityProofs.dueOn)),

		/** All of a contract, for the form that asks for another. */
		listOfContract: (contractId: string) =>
			listWhere(eq(insurabilityProofs.contractId, contractId), asc(insurabilityProofs.askedAtMs)),

		/** One with its contract. Only behind `look` or `requireAssigned` in the same act. */
		find(id: string): Read<DeskProof | null> {
			const { query, map } = listWhere(eq(insurabilityProofs.id, id));
			return { query, map: async (rows) => (await map(rows))[0] ?? null };
		},

		/** Undoes the batch where there is no such contract, or it is the actor's own (Z7). */
		requireForeignContract: (id: string, actor: Actor): Write =>
			joinWrites(
				requireContract(id, undefined, GONE),
				requireContract(id, sql`not ${isOwnContract(actor, sql`${id}`)}`, OWN)
			),

		/** The same of a proof's contract. */
		requireForeign: (id: string, actor: Actor): Write =>
			joinWrites(
				requireProof(id, undefined, GONE),
				requireProof(id, sql`not ${isOwnContract(actor, CONTRACT_OF_PROOF)}`, OWN)
			),

		/** Asks for a proof, once, of somebody who is insured there. Who asks has it in hand. */
		ask(asked: {
			readonly id: string;
			readonly contractId: string;
			readonly personId: string;
			readonly kind: ProofKind;
			readonly askedBy: string;
			readonly askedAtMs: number;
			readonly dueOn: CalendarDate;
		}): Write {
			const { contractId, personId } = asked;
			const isInsured = exists(
				sqlBuilder
					.select({ one: sql`1` })
					.from(insuredPersons)
					.where(
						and(eq(insuredPersons.contractId, contractId), eq(insuredPersons.personId, personId))
					)
			);
			return joinWrites(
				requireContract(contractId, isInsured, GONE),
				write(
					sqlBuilder
						.insert(insurabilityProofs)
						.values({ ...asked, state: 'open', assigneeId: asked.askedBy }),
					ASKED
				)
			);
		},

		/**
		 * Writes the look down, if the proof is assigned to the reader and not their own. In the batch that
		 * reads: without the look there is nothing to see (decision 0044).
		 */
		look(look: {
			readonly id: string;
			readonly proofId: string;
			readonly actor: Actor;
			readonly nowMs: number;
		}): Write {
			const { accountId, role } = look.actor;
			return writeIfHolds(
				sqlBuilder.insert(insurabilityLooks).select(
					sqlBuilder
						.select({
							id: sql<string>`${look.id}`.as('id'),
							proofId: insurabilityProofs.id,
							accountId: sql<string>`${accountId}`.as('account_id'),
							role: sql<Actor['role']>`${role}`.as('role'),
							atMs: sql<number>`${look.nowMs}`.as('at_ms')
						})
						.from(insurabilityProofs)
						.where(
							and(
								eq(insurabilityProofs.id, look.proofId),
								eq(insurabilityProofs.assigneeId, accountId),
								sql`not ${isOwnContract(look.actor, CONTRACT_OF_PROOF)}`
							)
						)
				),
				PROOF_NOT_ASSIGNED
			);
		},

		/** Undoes the batch unless the actor has it. */
		requireAssigned: (id: string, { accountId }: Actor): Write =>
			requireProof(id, eq(insurabilityProofs.assigneeId, accountId), PROOF_NOT_ASSIGNED),

		/**
		 * Gives a proof that is not settled to somebody, or to nobody with null. `from`: who must have it at
		 * this moment, null for nobody, `anybody` where a lead puts back what a colleague cannot judge.
		 */
		assign(id: string, assigneeId: string | null, from: string | null): Write {
			const holder =
				from === 'anybody' ? undefined : sql`${insurabilityProofs.assigneeId} is ${from}`;
			return writeIfHolds(
				sqlBuilder
					.update(insurabilityProofs)
					.set({ assigneeId })
					.where(
						and(
							eq(insurabilityProofs.id, id),
							inArray(insurabilityProofs.state, ['open', 'handed-in']),
							holder
						)
					),
				MEANWHILE
			);
		},

		/** For good. What lies in quarantine cannot be accepted: nobody has seen it (F5). */
		accept: (id: string, actor: Actor, nowMs: number): Write =>
			step(
				id,
				actor,
				{ state: 'accepted', endedAtMs: nowMs },
				sql`exists (select 1 from ${files} f where f.id = "insurability_proofs"."file_id" and f.released_at_ms is not null)`
			),

		/** Asks once more for what came in and does not do. Its file belongs to nothing then, and goes. */
		giveBack: (
			id: string,
			actor: Actor,
			again: { readonly fault: ProofFault; readonly dueOn: CalendarDate; readonly nowMs: number }
		): Write =>
			step(id, actor, {
				...{ state: 'open', fault: again.fault, dueOn: again.dueOn, askedAtMs: again.nowMs },
				...{ fileId: null, handedInAtMs: null }
			}),

		/** It is needed no more. */
		withdraw: (id: string, actor: Actor, nowMs: number): Write =>
			step(id, actor, { state: 'withdrawn', endedAtMs: nowMs })
	};
}
