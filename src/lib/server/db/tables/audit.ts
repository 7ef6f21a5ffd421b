import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { bytes } from './columns.ts';

/** The audit log. Triggers refuse UPDATE and DELETE; `leaf_hash` is what a Merkle tree will seal. */
export const auditEvents = sqliteTable(
	'audit_events',
	{
		seq: integer('seq').primaryKey({ autoIncrement: true }),
		id: text('id').notNull(),
		atMs: integer('at_ms').notNull(),
		event: text('event').notNull(),
		outcome: text('outcome', { enum: ['success', 'failure'] }).notNull(),
		objectRef: text('object_ref').notNull(),
		requestId: text('request_id').notNull(),
		/** SHA-256 over salt and personal part: stays valid when the personal part is erased. */
		personalCommitment: bytes('personal_commitment').notNull(),
		leafHash: bytes('leaf_hash').notNull()
	},
	(table) => [uniqueIndex('audit_events_id_unique').on(table.id)]
);

/** User id and IP address of an event: erasable after its deadline, the event itself is not. */
export const auditPersonal = sqliteTable(
	'audit_personal',
	{
		eventId: text('event_id').primaryKey(),
		accountId: text('account_id'),
		subjectAccountId: text('subject_account_id'),
		ip: text('ip').notNull(),
		userAgent: text('user_agent').notNull(),
		salt: bytes('salt').notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [
		index('audit_personal_account').on(table.accountId, table.atMs),
		index('audit_personal_subject').on(table.subjectAccountId, table.atMs)
	]
);
