import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { REVIEW_KINDS, REVIEW_OUTCOMES } from '#lib/domain/claims/review.ts';
import { accounts } from './accounts.ts';
import { claims } from './claims.ts';
import { bytes } from './columns.ts';
import { documents } from './documents.ts';
import { files } from './files.ts';

/** Decided claims that are looked at once more (decision 0053): beside the claim's own state, which stays the decision's. */
export const claimReviews = sqliteTable(
	'claim_reviews',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		kind: text('kind', { enum: REVIEW_KINDS }).notNull(),
		/** The invoice it is about, counted from 1; 0 for the whole claim. */
		line: integer('line').notNull(),
		/** Encrypted under the claim's key: why. */
		reason: bytes('reason').notNull(),
		fileId: text('file_id').references(() => files.id, { onDelete: 'set null' }),
		openedAtMs: integer('opened_at_ms').notNull(),
		openedBy: text('opened_by')
			.notNull()
			.references(() => accounts.id),
		outcome: text('outcome', { enum: REVIEW_OUTCOMES }),
		closedAtMs: integer('closed_at_ms'),
		closedBy: text('closed_by').references(() => accounts.id),
		/** The statement that answers it. */
		documentId: text('document_id').references(() => documents.id, { onDelete: 'set null' })
	},
	(table) => [
		uniqueIndex('claim_reviews_open_line')
			.on(table.claimId, table.line)
			.where(sql`${table.closedAtMs} is null`),
		index('claim_reviews_claim').on(table.claimId, table.openedAtMs),
		index('claim_reviews_open')
			.on(table.openedAtMs, table.id)
			.where(sql`${table.closedAtMs} is null`),
		uniqueIndex('claim_reviews_file').on(table.fileId),
		index('claim_reviews_opened_by').on(table.openedBy),
		index('claim_reviews_document').on(table.documentId),
		check('claim_reviews_line', sql`${table.line} between 0 and 20`),
		check(
			'claim_reviews_end',
			sql`(${table.outcome} is null) = (${table.closedAtMs} is null) and (${table.closedBy} is null) = (${table.closedAtMs} is null)`
		)
	]
);

/** What staff write down about a claim for each other; part of a copy of one's data all the same. Only grows. */
export const claimNotes = sqliteTable(
	'claim_notes',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		/** Encrypted under the claim's key. */
		note: bytes('note').notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [index('claim_notes_claim').on(table.claimId, table.atMs)]
);
