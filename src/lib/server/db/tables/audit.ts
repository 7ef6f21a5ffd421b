import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { bytes } from './columns.ts';

/**
 * The audit log: only grows, triggers refuse every change. SQLite has one writer, so `seq` is the
 * order of commit, and without gaps: an act undone gives its number back. `seq` - 1 is the leaf's index.
 */
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
		leafHash: bytes('leaf_hash').notNull(),
		/** What was proved at sign-in, or tried: `password+totp`. */
		factors: text('factors'),
		/** Of the row before, looked up by the insert itself; null in the first row. */
		previousLeafHash: bytes('previous_leaf_hash'),
		/** MAC of the leaf hash under a key outside the database. Empty: written before there were tags. */
		tag: bytes('tag')
			.notNull()
			.default(sql`x''`)
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
		atMs: integer('at_ms').notNull(),
		/** Keyed hash of the name typed, when it belongs to nobody. */
		typedNameIndex: bytes('typed_name_index')
	},
	(table) => [
		index('audit_personal_account').on(table.accountId, table.atMs),
		index('audit_personal_subject').on(table.subjectAccountId, table.atMs),
		index('audit_personal_at').on(table.atMs)
	]
);

/** The nodes of the sealed tree, at the positions of domain/audit/tree.ts. Only grows. */
export const auditNodes = sqliteTable('audit_nodes', {
	position: integer('position').primaryKey(),
	hash: bytes('hash').notNull()
});

/** Signed checkpoints. Only grows. Each follows exactly one: of two sealers at once one is undone. */
export const auditCheckpoints = sqliteTable(
	'audit_checkpoints',
	{
		/** Number of leaves sealed. */
		size: integer('size').primaryKey(),
		previousSize: integer('previous_size').notNull(),
		root: bytes('root').notNull(),
		/** The signed note as it is published, C2SP tlog-checkpoint. */
		note: text('note').notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [uniqueIndex('audit_checkpoints_previous_unique').on(table.previousSize)]
);

/** Checkpoints that the sink outside the database has taken. Only grows. */
export const auditDeliveries = sqliteTable('audit_deliveries', {
	size: integer('size').primaryKey(),
	atMs: integer('at_ms').notNull()
});
