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
import { AUTHORS, TOPICS } from '#lib/domain/messages/conversation.ts';
import { accounts } from './accounts.ts';
import { claims } from './claims.ts';
import { bytes } from './columns.ts';
import { contracts } from './contracts.ts';
import { files } from './files.ts';
import { people } from './people.ts';

/** A customer's questions and the answers to them, about one thing. Messages are `messages`. */
export const conversations = sqliteTable(
	'conversations',
	{
		id: text('id').primaryKey(),
		/** The customer's. */
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		/** Whose data key seals the messages: the customer's own. */
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		topic: text('topic', { enum: TOPICS }).notNull(),
		/** What it is about: one of the two, or neither for a general question. */
		claimId: text('claim_id').references(() => claims.id),
		contractId: text('contract_id').references(() => contracts.id),
		startedAtMs: integer('started_at_ms').notNull(),
		lastMessageAtMs: integer('last_message_at_ms').notNull(),
		/** Since when the customer waits for an answer; null once staff have written last. */
		waitingSinceMs: integer('waiting_since_ms'),
		/** Who answers it and therefore reads it (Z6); null while nobody has taken it. */
		assigneeId: text('assignee_id').references(() => accounts.id),
		/** Set by the job that removes it, in the batch that does: its messages go no other way. */
		leavesAtMs: integer('leaves_at_ms')
	},
	(table) => [
		index('conversations_of_account').on(table.accountId, table.lastMessageAtMs, table.id),
		// The inbox: a row leaves it with its answer, so the order of the index is the order of work.
		index('conversations_waiting')
			.on(table.waitingSinceMs, table.id)
			.where(sql`${table.waitingSinceMs} is not null`),
		index('conversations_waiting_of_assignee')
			.on(table.assigneeId, table.waitingSinceMs, table.id)
			.where(sql`${table.waitingSinceMs} is not null`),
		index('conversations_answered_of_assignee')
			.on(table.assigneeId, table.lastMessageAtMs, table.id)
			.where(sql`${table.waitingSinceMs} is null`),
		index('conversations_person').on(table.personId),
		index('conversations_claim').on(table.claimId),
		index('conversations_contract').on(table.contractId),
		check(
			'conversations_topic',
			sql`${table.topic} in ('claim-progress', 'claim-documents', 'payment', 'benefits', 'contract', 'personal-data', 'complaint', 'other')`
		),
		check('conversations_about', sql`${table.claimId} is null or ${table.contractId} is null`),
		check(
			'conversations_assignee',
			sql`${table.assigneeId} is null or ${table.assigneeId} <> ${table.accountId}`
		)
	]
);

/** Write-once: a trigger holds that only the time of reading is added, and that none goes alone. */
export const messages = sqliteTable(
	'messages',
	{
		id: text('id').primaryKey(),
		conversationId: text('conversation_id')
			.notNull()
			.references(() => conversations.id),
		/** The customer whose conversation it is, for the badge and for every query on their data. */
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		author: text('author', { enum: AUTHORS }).notNull(),
		authorId: text('author_id')
			.notNull()
			.references(() => accounts.id),
		/** Encrypted under the customer's key. */
		content: bytes('content').notNull(),
		sentAtMs: integer('sent_at_ms').notNull(),
		/** When the other side first opened it. */
		readAtMs: integer('read_at_ms'),
		/** Where the customer wrote on paper: who typed it in, and when. `sent_at_ms` is then its arrival (decision 0065). */
		capturedBy: text('captured_by').references(() => accounts.id),
		capturedAtMs: integer('captured_at_ms')
	},
	(table) => [
		index('messages_of_conversation').on(table.conversationId, table.sentAtMs, table.id),
		index('messages_of_account').on(table.accountId, table.sentAtMs, table.id),
		index('messages_unread_by_customer')
			.on(table.accountId, table.conversationId)
			.where(sql`${table.readAtMs} is null and ${table.author} = 'staff'`),
		index('messages_author').on(table.authorId),
		index('messages_captured_by')
			.on(table.capturedBy)
			.where(sql`${table.capturedBy} is not null`),
		check('messages_author_kind', sql`${table.author} in ('customer', 'staff')`)
	]
);

/** Files that came with a message, in the order they were chosen. They go with it. */
export const messageFiles = sqliteTable(
	'message_files',
	{
		messageId: text('message_id')
			.notNull()
			.references(() => messages.id),
		fileId: text('file_id')
			.notNull()
			.references(() => files.id, { onDelete: 'cascade' }),
		position: integer('position').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.messageId, table.fileId] }),
		uniqueIndex('message_files_file_unique').on(table.fileId)
	]
);

/** Every look of staff at a conversation, for the person it belongs to (Z6). Only grows. */
export const conversationLooks = sqliteTable(
	'conversation_looks',
	{
		id: text('id').primaryKey(),
		conversationId: text('conversation_id')
			.notNull()
			.references(() => conversations.id),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		role: text('role', { enum: ROLES }).notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [index('conversation_looks_conversation').on(table.conversationId, table.atMs)]
);
