import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { GIVE_UP_REASONS } from '#lib/domain/operations/jobs.ts';
import { accounts } from './accounts.ts';
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
		sentAtMs: integer('sent_at_ms'),
		/** Of a dead mail that nobody tries to send any more. */
		givenUpAtMs: integer('given_up_at_ms'),
		givenUpBy: text('given_up_by').references(() => accounts.id),
		giveUpReason: text('give_up_reason', { enum: GIVE_UP_REASONS })
	},
	(table) => [
		index('mail_outbox_person').on(table.personId),
		index('mail_outbox_due').on(table.state, table.nextTryAtMs),
		check('mail_outbox_state', sql`${table.state} in ('waiting', 'sent', 'dead')`)
	]
);
