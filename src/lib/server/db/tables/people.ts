import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
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
		createdAtMs: integer('created_at_ms').notNull(),
		/** Version of the root key that the rows of `person_names` were made under; null before there are any. */
		namesVersion: integer('names_version')
	},
	(table) => [
		index('people_root_version').on(table.rootVersion),
		index('people_names_version').on(table.namesVersion)
	]
);

/** Keyed hashes of the words of a name, for looking people up: nobody reads a name back from them. */
export const personNames = sqliteTable(
	'person_names',
	{
		wordIndex: bytes('word_index').notNull(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id, { onDelete: 'cascade' })
	},
	(table) => [
		primaryKey({ columns: [table.wordIndex, table.personId] }),
		index('person_names_person').on(table.personId)
	]
);
