import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { CARD_KINDS, FEDERAL_STATES, PERSON_GROUPS } from '#lib/domain/messages/information.ts';
import { LANGUAGES } from '#lib/domain/messages/mail.ts';
import { accounts } from './accounts.ts';

/** Information for customers, chosen by rules over the closed list of attributes (decision 0055). */
export const informationCards = sqliteTable(
	'information_cards',
	{
		id: text('id').primaryKey(),
		kind: text('kind', { enum: CARD_KINDS }).notNull(),
		/** JSON of both languages. */
		words: text('words').notNull(),
		/** JSON, parsed by a strict schema whenever it is read. */
		rule: text('rule').notNull(),
		startsOn: text('starts_on').notNull(),
		endsOn: text('ends_on').notNull(),
		publishedAtMs: integer('published_at_ms').notNull(),
		publishedBy: text('published_by')
			.notNull()
			.references(() => accounts.id),
		withdrawnAtMs: integer('withdrawn_at_ms')
	},
	(table) => [
		index('information_cards_live')
			.on(table.endsOn)
			.where(sql`${table.withdrawnAtMs} is null`),
		index('information_cards_published').on(table.publishedAtMs, table.id),
		check('information_cards_kind', sql`${table.kind} in ('service', 'marketing')`),
		check('information_cards_dates', sql`${table.endsOn} >= ${table.startsOn}`)
	]
);

/** What customers say about themselves, of their own will, so that information fits. */
export const informationFacts = sqliteTable('information_facts', {
	accountId: text('account_id')
		.primaryKey()
		.references(() => accounts.id, { onDelete: 'cascade' }),
	federalState: text('federal_state', { enum: FEDERAL_STATES }),
	personGroup: text('person_group', { enum: PERSON_GROUPS }),
	nationality: text('nationality'),
	birthYear: integer('birth_year'),
	changedAtMs: integer('changed_at_ms').notNull()
});

/** Consents to advertising with their end: the proof of Art. 7(1) GDPR. Only the end is added. */
export const marketingConsents = sqliteTable(
	'marketing_consents',
	{
		id: text('id').primaryKey(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		/** Which words were agreed to, in which language. */
		textVersion: text('text_version').notNull(),
		textHash: text('text_hash').notNull(),
		language: text('language', { enum: LANGUAGES }).notNull(),
		givenAtMs: integer('given_at_ms').notNull(),
		withdrawnAtMs: integer('withdrawn_at_ms')
	},
	(table) => [
		index('marketing_consents_account').on(table.accountId, table.givenAtMs),
		check(
			'marketing_consents_end',
			sql`${table.withdrawnAtMs} is null or ${table.withdrawnAtMs} >= ${table.givenAtMs}`
		)
	]
);
