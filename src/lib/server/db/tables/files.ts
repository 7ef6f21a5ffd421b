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
import { accounts } from './accounts.ts';
import { bytes } from './columns.ts';
import { people } from './people.ts';

/** A stored file, from the first byte of its upload on. Its bytes lie encrypted in `file_chunks`. */
export const files = sqliteTable(
	'files',
	{
		id: text('id').primaryKey(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** The submission an upload belongs to and the id the device gave it; null for our own PDFs. */
		submissionId: text('submission_id'),
		attachmentId: text('attachment_id'),
		/** Key of this file alone, encrypted under the person's data key. */
		fileKey: bytes('file_key').notNull(),
		/** Encrypted: the name the customer's device gave. */
		name: bytes('name').notNull(),
		type: text('type').notNull(),
		sizeBytes: integer('size_bytes').notNull(),
		receivedBytes: integer('received_bytes').notNull(),
		/** Of the stored bytes, lower-case hex; what was announced until the upload is complete. */
		sha256: text('sha256').notNull(),
		state: text('state', { enum: ['open', 'complete', 'refused'] }).notNull(),
		/** Encrypted: how far the check of an open upload has come; null before its first piece and after its last. */
		checkState: bytes('check_state'),
		createdAtMs: integer('created_at_ms').notNull(),
		/** When a complete file was let out of quarantine; null before, and then nobody opens it (F5). */
		releasedAtMs: integer('released_at_ms'),
		/** How often the scanner gave no answer on it, and when it may be asked again. */
		inspectionTries: integer('inspection_tries').notNull().default(0),
		inspectAfterMs: integer('inspect_after_ms').notNull().default(0)
	},
	(table) => [
		uniqueIndex('files_attachment_unique')
			.on(table.submissionId, table.attachmentId)
			.where(sql`${table.state} <> 'refused'`),
		index('files_account').on(table.accountId),
		index('files_person').on(table.personId),
		// Whether the same bytes have come in before.
		index('files_sha256').on(table.sha256),
		index('files_in_quarantine')
			.on(table.inspectionTries, table.createdAtMs)
			.where(sql`${table.state} = 'complete' and ${table.releasedAtMs} is null`),
		check('files_state', sql`${table.state} in ('open', 'complete', 'refused')`),
		check('files_received', sql`${table.receivedBytes} between 0 and ${table.sizeBytes}`)
	]
);

export const fileChunks = sqliteTable(
	'file_chunks',
	{
		fileId: text('file_id')
			.notNull()
			.references(() => files.id, { onDelete: 'cascade' }),
		/** Position of the chunk's first plain byte in the file. */
		startByte: integer('start_byte').notNull(),
		ciphertext: bytes('ciphertext').notNull()
	},
	(table) => [primaryKey({ columns: [table.fileId, table.startByte] })]
);
