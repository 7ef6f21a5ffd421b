import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { DOCUMENT_KINDS } from '#lib/domain/documents/document.ts';
import { accounts } from './accounts.ts';
import { claims } from './claims.ts';
import { bytes } from './columns.ts';
import { files } from './files.ts';
import { people } from './people.ts';

/** The mailbox: write-once documents of the insurer for a customer (CJEU C-375/15). */
export const documents = sqliteTable(
	'documents',
	{
		id: text('id').primaryKey(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		kind: text('kind', { enum: DOCUMENT_KINDS }).notNull(),
		claimId: text('claim_id').references(() => claims.id),
		/** Of a letter about a contract and no claim; no reference, for a letter can outlive its contract. */
		contractId: text('contract_id'),
		createdAtMs: integer('created_at_ms').notNull(),
		readAtMs: integer('read_at_ms'),
		/** Encrypted JSON snapshot of everything the page shows. */
		content: bytes('content').notNull(),
		pdfFileId: text('pdf_file_id').references(() => files.id)
	},
	(table) => [
		index('documents_of_account').on(table.accountId, table.createdAtMs),
		index('documents_unread')
			.on(table.accountId)
			.where(sql`${table.readAtMs} is null`),
		// The feed of the insurer's own system goes through all statements in their order.
		index('documents_statements')
			.on(table.createdAtMs, table.id)
			.where(sql`${table.kind} = 'benefit-statement'`),
		index('documents_claim').on(table.claimId),
		index('documents_person').on(table.personId),
		index('documents_pdf_file').on(table.pdfFileId),
		check(
			'documents_kind',
			sql`${table.kind} in ('receipt-confirmation', 'benefit-statement', 'processing-confirmation', 'contract-notice')`
		)
	]
);
