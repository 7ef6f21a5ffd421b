import {
	index,
	integer,
	primaryKey,
	sqliteTable,
	text,
	uniqueIndex
} from 'drizzle-orm/sqlite-core';
import { accounts } from './accounts.ts';
import { bytes } from './columns.ts';

/** What the insurer's own systems come in with. The token itself is shown once and kept nowhere. */
export const serviceTokens = sqliteTable(
	'service_tokens',
	{
		id: text('id').primaryKey(),
		name: text('name').notNull(),
		/** SHA-256 of 200 random bits. */
		tokenHash: bytes('token_hash').notNull(),
		/** Names of scopes, with blanks between them. */
		scopes: text('scopes').notNull(),
		createdBy: text('created_by')
			.notNull()
			.references(() => accounts.id),
		createdAtMs: integer('created_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		lastUsedAtMs: integer('last_used_at_ms'),
		revokedAtMs: integer('revoked_at_ms'),
		revokedBy: text('revoked_by').references(() => accounts.id)
	},
	(table) => [
		uniqueIndex('service_tokens_hash_unique').on(table.tokenHash),
		index('service_tokens_created').on(table.createdAtMs)
	]
);

/** Calls that changed something, by the key their caller gave them: repeated, they count once. */
export const serviceCalls = sqliteTable(
	'service_calls',
	{
		tokenId: text('token_id')
			.notNull()
			.references(() => serviceTokens.id),
		idempotencyKey: text('idempotency_key').notNull(),
		/** SHA-256 of the body: the same key with another one is a mistake of the caller. */
		bodyDigest: text('body_digest').notNull(),
		/** JSON of the answer; ids and words, nothing about people. */
		answer: text('answer').notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.tokenId, table.idempotencyKey] }),
		index('service_calls_at').on(table.atMs)
	]
);
