import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { bytes } from './columns.ts';

/** A natural person and the data key all of their personal columns are encrypted under. */
export const people = sqliteTable(
	'people',
	{
		id: text('id').primaryKey(),
		/** 256-bit data key, wrapped with AES-KW under the data root key of `root_version`. */
		wrappedKey: bytes('wrapped_key').notNull(),
		rootVersion: integer('root_version').notNull(),
		/** Encrypted JSON: names, and the date of birth where it is known. */
		profile: bytes('profile').notNull(),
		createdAtMs: integer('created_at_ms').notNull()
	},
	(table) => [index('people_root_version').on(table.rootVersion)]
);
