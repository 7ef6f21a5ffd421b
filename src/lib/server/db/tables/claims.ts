import { sql } from 'drizzle-orm';
import {
	check,
	index,
	integer,
	primaryKey,
	sqliteTable,
	text,
	uniqueIndex
} from 'drizzle-orm/sqlite-core';
import type { PersonReason } from '#lib/domain/claims/automatic.ts';
import { CLAIM_STATES } from '#lib/domain/claims/claim.ts';
import { accounts } from './accounts.ts';
import { bytes } from './columns.ts';
import { contracts } from './contracts.ts';
import { files } from './files.ts';
import { people } from './people.ts';

/** What a device wants to hand in: the idempotency record of one submission, kept as long as the claim. */
export const submissions = sqliteTable(
	'submissions',
	{
		/** Chosen by the device when it freezes the draft. */
		id: text('id').primaryKey(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		draftId: text('draft_id').notNull(),
		manifestHash: text('manifest_hash').notNull(),
		/** Encrypted JSON: the frozen content and file list. */
		manifest: bytes('manifest').notNull(),
		state: text('state', { enum: ['open', 'committed', 'withdrawn'] }).notNull(),
		createdAtMs: integer('created_at_ms').notNull(),
		/** Key version and Ed25519 signature of the receipt; null until it is committed. */
		receiptSignature: bytes('receipt_signature')
	},
	(table) => [
		uniqueIndex('submissions_live_draft')
			.on(table.accountId, table.draftId)
			.where(sql`${table.state} <> 'withdrawn'`),
		index('submissions_account').on(table.accountId),
		check('submissions_state', sql`${table.state} in ('open', 'committed', 'withdrawn')`)
	]
);

export const claims = sqliteTable(
	'claims',
	{
		id: text('id').primaryKey(),
		number: text('number').notNull(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		/** Whose data key the content is encrypted under. */
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		insuredPersonId: text('insured_person_id')
			.notNull()
			.references(() => people.id),
		submissionId: text('submission_id')
			.notNull()
			.references(() => submissions.id),
		state: text('state', { enum: CLAIM_STATES }).notNull(),
		submittedAtMs: integer('submitted_at_ms').notNull(),
		decidedAtMs: integer('decided_at_ms'),
		/** Null while open, and where rules have decided (decision 0072): a trigger lets that be an approval only. */
		decidedBy: text('decided_by').references(() => accounts.id),
		/** When rules have looked at it, once and for all; null before. */
		checkedByRulesAtMs: integer('checked_by_rules_at_ms'),
		/** JSON of the reasons why they left it to people; null where they decided. */
		leftToPeople: text('left_to_people', { mode: 'json' }).$type<readonly PersonReason[]>(),
		/** Who works on it and therefore sees it (Z6); null while nobody has taken it. */
		assigneeId: text('assignee_id').references(() => accounts.id),
		assignedAtMs: integer('assigned_at_ms'),
		/** Who typed it in, and when, where it came by post (decision 0065); null otherwise. */
		capturedBy: text('captured_by').references(() => accounts.id),
		capturedAtMs: integer('captured_at_ms'),
		/** When its owner was told that it takes longer; null before, and where it did not. */
		interimAtMs: integer('interim_at_ms'),
		content: bytes('content').notNull(),
		/** Encrypted JSON of the decision, null while open. */
		decision: bytes('decision'),
		/** Counts up with every change: a decision on an older state of the claim is refused. */
		version: integer('version').notNull().default(1)
	},
	(table) => [
		uniqueIndex('claims_number_unique').on(table.number),
		uniqueIndex('claims_submission_unique').on(table.submissionId),
		index('claims_of_account').on(table.accountId, table.submittedAtMs),
		// The queue: a row leaves it when it is decided, so the order of the index is the order of work.
		index('claims_open')
			.on(table.submittedAtMs, table.id)
			.where(sql`${table.decidedAtMs} is null`),
		// The same for what one person, or nobody, works on.
		index('claims_open_of_assignee')
			.on(table.assigneeId, table.submittedAtMs, table.id)
			.where(sql`${table.decidedAtMs} is null`),
		// And for one state, of everybody's and of one person's.
		index('claims_open_in_state')
			.on(table.state, table.submittedAtMs, table.id)
			.where(sql`${table.decidedAtMs} is null`),
		index('claims_open_in_state_of_assignee')
			.on(table.assigneeId, table.state, table.submittedAtMs, table.id)
			.where(sql`${table.decidedAtMs} is null`),
		// What may be due for its interim notice.
		index('claims_interim')
			.on(table.submittedAtMs, table.id)
			.where(
				sql`${table.decidedAtMs} is null and ${table.interimAtMs} is null and ${table.state} <> 'documents_requested'`
			),
		// What rules have yet to look at: a row leaves it with the look, whatever comes of it.
		index('claims_unchecked')
			.on(table.submittedAtMs, table.id)
			.where(
				sql`${table.state} = 'submitted' and ${table.assigneeId} is null and ${table.checkedByRulesAtMs} is null`
			),
		// What was decided lately.
		index('claims_decided_at')
			.on(table.decidedAtMs)
			.where(sql`${table.decidedAtMs} is not null`),
		index('claims_contract').on(table.contractId),
		// For erasure: a row goes when nothing points to it, and the database asks each of these.
		index('claims_person').on(table.personId),
		index('claims_insured_person').on(table.insuredPersonId, table.submittedAtMs),
		index('claims_decided_by')
			.on(table.decidedBy)
			.where(sql`${table.decidedBy} is not null`),
		index('claims_captured_by')
			.on(table.capturedBy)
			.where(sql`${table.capturedBy} is not null`),
		check(
			'claims_state',
			sql`${table.state} in ('submitted', 'in_review', 'documents_requested', 'approved', 'partially_approved', 'rejected')`
		),
		check(
			'claims_decided',
			sql`(${table.state} in ('submitted', 'in_review', 'documents_requested')) = (${table.decidedAtMs} is null)`
		),
		check(
			'claims_maker',
			sql`${table.decidedBy} is null or ${table.decidedBy} <> ${table.accountId}`
		)
	]
);

/** Whose bills a claim hands in besides those of its own person (decision 0080). */
export const claimCoInsured = sqliteTable(
	'claim_co_insured',
	{
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		personId: text('person_id')
			.notNull()
			.references(() => people.id)
	},
	(table) => [
		primaryKey({ columns: [table.claimId, table.personId] }),
		index('claim_co_insured_person').on(table.personId)
	]
);

export const claimFiles = sqliteTable(
	'claim_files',
	{
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		fileId: text('file_id')
			.notNull()
			.references(() => files.id),
		position: integer('position').notNull(),
		/** Who typed it in, where it came by post. It stays, so that they never decide by what they made. */
		capturedBy: text('captured_by').references(() => accounts.id)
	},
	(table) => [
		primaryKey({ columns: [table.claimId, table.fileId] }),
		uniqueIndex('claim_files_file_unique').on(table.fileId)
	]
);
