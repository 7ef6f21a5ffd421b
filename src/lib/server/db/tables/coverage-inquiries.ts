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
import { ROLES } from '#lib/domain/actor.ts';
import { CLOCK_KINDS, INQUIRY_STATES } from '#lib/domain/claims/coverage-inquiry.ts';
import { accounts } from './accounts.ts';
import { bytes } from './columns.ts';
import { contracts } from './contracts.ts';
import { documents } from './documents.ts';
import { files } from './files.ts';
import { people } from './people.ts';

/** What customers ask before a treatment, and what was answered (§ 192(8) VVG, decision 0066). */
export const coverageInquiries = sqliteTable(
	'coverage_inquiries',
	{
		id: text('id').primaryKey(),
		/** What customer, clerk and letter call it. */
		reference: text('reference').notNull(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		/** Whose data key seals content and answer: who asked. */
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		insuredPersonId: text('insured_person_id')
			.notNull()
			.references(() => people.id),
		/** Encrypted JSON: treatment, diagnosis, who treats, estimate, planned day. */
		content: bytes('content').notNull(),
		isUrgent: integer('is_urgent', { mode: 'boolean' }).notNull(),
		/** Whether the law counts the days, fixed when it came in: no later rate changes it. */
		clock: text('clock', { enum: CLOCK_KINDS }).notNull(),
		receivedAtMs: integer('received_at_ms').notNull(),
		/** Last day for the answer. */
		dueOn: text('due_on').notNull(),
		/** Who answers it and therefore reads it (Z6); null while nobody has taken it. */
		assigneeId: text('assignee_id').references(() => accounts.id),
		state: text('state', { enum: INQUIRY_STATES }).notNull(),
		/** Encrypted JSON; null while open. */
		answer: bytes('answer'),
		answeredAtMs: integer('answered_at_ms'),
		answeredBy: text('answered_by').references(() => accounts.id),
		/** Its letters in the mailbox, which may go before it does. */
		receiptId: text('receipt_id').references(() => documents.id, { onDelete: 'set null' }),
		answerId: text('answer_id').references(() => documents.id, { onDelete: 'set null' })
	},
	(table) => [
		uniqueIndex('coverage_inquiries_reference_unique').on(table.reference),
		index('coverage_inquiries_of_account').on(table.accountId, table.receivedAtMs, table.id),
		index('coverage_inquiries_contract').on(table.contractId),
		index('coverage_inquiries_person').on(table.personId),
		index('coverage_inquiries_insured').on(table.insuredPersonId),
		index('coverage_inquiries_receipt').on(table.receiptId),
		index('coverage_inquiries_answer').on(table.answerId),
		// The desk's list: a row leaves it with its answer, so the order of the index is that of the work.
		index('coverage_inquiries_open')
			.on(table.dueOn, table.receivedAtMs, table.id)
			.where(sql`${table.state} = 'open'`),
		index('coverage_inquiries_answered')
			.on(table.answeredAtMs)
			.where(sql`${table.state} <> 'open'`),
		check(
			'coverage_inquiries_words',
			sql`${table.state} in ('open', 'covered', 'partly-covered', 'not-covered') and ${table.clock} in ('legal', 'below', 'unknown')`
		),
		check(
			'coverage_inquiries_assignee',
			sql`${table.assigneeId} is null or ${table.assigneeId} <> ${table.accountId}`
		),
		check(
			'coverage_inquiries_answer_whole',
			sql`(${table.state} = 'open') = (${table.answer} is null) and (${table.state} = 'open') = (${table.answeredAtMs} is null) and (${table.state} = 'open') = (${table.answeredBy} is null)`
		)
	]
);

/** Files that came with an inquiry, in the order they were chosen. They go with it (decision 0073). */
export const coverageInquiryFiles = sqliteTable(
	'coverage_inquiry_files',
	{
		inquiryId: text('inquiry_id')
			.notNull()
			.references(() => coverageInquiries.id, { onDelete: 'cascade' }),
		fileId: text('file_id')
			.notNull()
			.references(() => files.id, { onDelete: 'cascade' }),
		position: integer('position').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.inquiryId, table.fileId] }),
		uniqueIndex('coverage_inquiry_files_file_unique').on(table.fileId)
	]
);

/** Every look of staff at an inquiry, for whoever asked (Z6). Only grows; goes with the inquiry. */
export const coverageInquiryLooks = sqliteTable(
	'coverage_inquiry_looks',
	{
		id: text('id').primaryKey(),
		inquiryId: text('inquiry_id')
			.notNull()
			.references(() => coverageInquiries.id, { onDelete: 'cascade' }),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		role: text('role', { enum: ROLES }).notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [index('coverage_inquiry_looks_inquiry').on(table.inquiryId, table.atMs)]
);

/**
 * Inquiries taken, read and put back without an answer, for the data protection officer (decision 0071).
 * Only the check is added later; goes with the inquiry.
 */
export const coverageInquiryReturns = sqliteTable(
	'coverage_inquiry_returns',
	{
		id: text('id').primaryKey(),
		inquiryId: text('inquiry_id')
			.notNull()
			.references(() => coverageInquiries.id, { onDelete: 'cascade' }),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		firstLookAtMs: integer('first_look_at_ms').notNull(),
		returnedAtMs: integer('returned_at_ms').notNull(),
		reviewedAtMs: integer('reviewed_at_ms'),
		reviewedBy: text('reviewed_by').references(() => accounts.id)
	},
	(table) => [
		index('coverage_inquiry_returns_inquiry').on(table.inquiryId, table.accountId),
		index('coverage_inquiry_returns_to_review')
			.on(table.firstLookAtMs, table.id)
			.where(sql`${table.reviewedAtMs} is null`),
		check(
			'coverage_inquiry_returns_reviewer',
			sql`(${table.reviewedBy} is null) = (${table.reviewedAtMs} is null) and (${table.reviewedBy} is null or ${table.reviewedBy} <> ${table.accountId})`
		)
	]
);
