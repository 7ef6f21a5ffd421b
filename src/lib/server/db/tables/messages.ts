import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { bytes } from './columns.ts';
import { people } from './people.ts';

/** Mails on their way out. Queued in the batch of the act, sent after it, retried until dead. */
export const mailOutbox = sqliteTable(
	'mail_outbox',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** Encrypted JSON: address, template, language and its values (a token, never content). */
		mail: bytes('mail').notNull(),
		state: text('state', { enum: ['waiting', 'sent', 'dead'] }).notNull(),
		tries: integer('tries').notNull().default(0),
		nextTryAtMs: integer('next_try_at_ms').notNull(),
		createdAtMs: integer('created_at_ms').notNull(),
		sentAtMs: integer('sent_at_ms')
	},
	(table) => [
		index('mail_outbox_person').on(table.personId),
		index('mail_outbox_due').on(table.state, table.nextTryAtMs),
		check('mail_outbox_state', sql`${table.state} in ('waiting', 'sent', 'dead')`)
	]
);
