import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { REQUEST_KINDS, RETURN_OF_DOCUMENT } from '#lib/domain/claims/document-request.ts';
import { accounts } from './accounts.ts';
import { claims } from './claims.ts';
import { files } from './files.ts';

/** Documents a claim lacks, each closed by its own file (decision 0052). Words of a closed list: nothing of what a person has. */
export const documentRequests = sqliteTable(
	'document_requests',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		kind: text('kind', { enum: REQUEST_KINDS }).notNull(),
		/** The invoice it is about, counted from 1; 0 for the whole claim. */
		line: integer('line').notNull(),
		askedAtMs: integer('asked_at_ms').notNull(),
		askedBy: text('asked_by')
			.notNull()
			.references(() => accounts.id),
		dueOn: text('due_on').notNull(),
		/** What was wrong with the file that came before; null the first time. */
		fault: text('fault', { enum: RETURN_OF_DOCUMENT }),
		/** The file that answered it; gone before the claim where receipts are kept for a shorter time. */
		fileId: text('file_id').references(() => files.id, { onDelete: 'set null' }),
		answeredAtMs: integer('answered_at_ms'),
		withdrawnAtMs: integer('withdrawn_at_ms'),
		/**
		 * Where its file came by post: who typed it in, and when. `answered_at_ms` is then its arrival. Who once
		 * did stays with the file: they do not decide the claim (decision 0065).
		 */
		capturedBy: text('captured_by').references(() => accounts.id),
		capturedAtMs: integer('captured_at_ms'),
		/** How often its customer was reminded of it since it was asked for, and when last. */
		reminders: integer('reminders').notNull().default(0),
		remindedAtMs: integer('reminded_at_ms')
	},
	(table) => [
		// Nothing is asked for twice, whoever asks.
		uniqueIndex('document_requests_once')
			.on(table.claimId, table.kind, table.line)
			.where(sql`${table.withdrawnAtMs} is null`),
		index('document_requests_claim').on(table.claimId, table.askedAtMs),
		uniqueIndex('document_requests_file').on(table.fileId),
		index('document_requests_asked_by').on(table.askedBy),
		// What a minute's job looks for, however many claims there are.
		index('document_requests_unreminded')
			.on(table.dueOn)
			.where(
				sql`${table.answeredAtMs} is null and ${table.withdrawnAtMs} is null and ${table.reminders} < 2`
			),
		index('document_requests_captured_by')
			.on(table.capturedBy)
			.where(sql`${table.capturedBy} is not null`),
		check('document_requests_line', sql`${table.line} between 0 and 20`),
		check(
			'document_requests_end',
			sql`(${table.answeredAtMs} is null or ${table.withdrawnAtMs} is null) and (${table.fileId} is null or ${table.answeredAtMs} is not null)`
		)
	]
);
