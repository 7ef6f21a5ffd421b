import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { ROLES } from '#lib/domain/actor.ts';
import { PROOF_FAULTS, PROOF_KINDS, PROOF_STATES } from '#lib/domain/contracts/proofs.ts';
import { accounts } from './accounts.ts';
import { contracts } from './contracts.ts';
import { files } from './files.ts';
import { people } from './people.ts';

/** What proves that an insured person can be insured, each closed by its own file (decision 0073). */
export const insurabilityProofs = sqliteTable(
	'insurability_proofs',
	{
		id: text('id').primaryKey(),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		/** The insured person it is about. */
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		kind: text('kind', { enum: PROOF_KINDS }).notNull(),
		state: text('state', { enum: PROOF_STATES }).notNull(),
		askedAtMs: integer('asked_at_ms').notNull(),
		askedBy: text('asked_by')
			.notNull()
			.references(() => accounts.id),
		dueOn: text('due_on').notNull(),
		/** What was wrong with the file that came before; null the first time. */
		fault: text('fault', { enum: PROOF_FAULTS }),
		/** Who judges it and therefore opens its file (Z6); null while nobody has taken it. */
		assigneeId: text('assignee_id').references(() => accounts.id),
		/** The file that answered it. */
		fileId: text('file_id').references(() => files.id, { onDelete: 'set null' }),
		handedInAtMs: integer('handed_in_at_ms'),
		/** When it was accepted or taken back. */
		endedAtMs: integer('ended_at_ms')
	},
	(table) => [
		// Nothing is asked for twice, whoever asks; what was accepted neither.
		uniqueIndex('insurability_proofs_once')
			.on(table.contractId, table.personId, table.kind)
			.where(sql`${table.state} <> 'withdrawn'`),
		index('insurability_proofs_contract').on(table.contractId, table.askedAtMs),
		index('insurability_proofs_person').on(table.personId),
		index('insurability_proofs_asked_by').on(table.askedBy),
		index('insurability_proofs_assignee').on(table.assigneeId),
		uniqueIndex('insurability_proofs_file').on(table.fileId),
		// The desk's two lists, in the order of the work.
		index('insurability_proofs_handed_in')
			.on(table.handedInAtMs, table.id)
			.where(sql`${table.state} = 'handed-in'`),
		index('insurability_proofs_open')
			.on(table.dueOn, table.id)
			.where(sql`${table.state} = 'open'`),
		check(
			'insurability_proofs_state',
			sql`${table.state} in ('open', 'handed-in', 'accepted', 'withdrawn')`
		),
		check(
			'insurability_proofs_file_given',
			sql`(${table.state} in ('handed-in', 'accepted')) = (${table.handedInAtMs} is not null) and (${table.fileId} is null or ${table.handedInAtMs} is not null)`
		),
		check(
			'insurability_proofs_end',
			sql`(${table.state} in ('accepted', 'withdrawn')) = (${table.endedAtMs} is not null)`
		)
	]
);

/** Every look of staff at a proof, for whoever sees the contract (Z6). Only grows; goes with the proof. */
export const insurabilityLooks = sqliteTable(
	'insurability_looks',
	{
		id: text('id').primaryKey(),
		proofId: text('proof_id')
			.notNull()
			.references(() => insurabilityProofs.id, { onDelete: 'cascade' }),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		role: text('role', { enum: ROLES }).notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [index('insurability_looks_proof').on(table.proofId, table.atMs)]
);
