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
import { RATE_KINDS } from '#lib/domain/claims/exchange-rates.ts';
import { accounts } from './accounts.ts';

/** Rates by currency and day. Triggers keep every row as it came (decision 0058). */
export const exchangeRates = sqliteTable(
	'exchange_rates',
	{
		currency: text('currency').notNull(),
		/** `YYYY-MM-DD`, as the source names it. */
		day: text('day').notNull(),
		/** Foreign units per euro, decimal text. */
		rate: text('rate').notNull(),
		kind: text('kind', { enum: RATE_KINDS }).notNull(),
		source: text('source').notNull(),
		/** Where a second rate can be looked up. */
		evidence: text('evidence'),
		madeBy: text('made_by').references(() => accounts.id),
		checkedBy: text('checked_by').references(() => accounts.id),
		recordedAtMs: integer('recorded_at_ms').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.currency, table.day] }),
		index('exchange_rates_day').on(table.day),
		check(
			'exchange_rates_second',
			sql`${table.kind} = 'ecb' or (${table.kind} = 'second' and ${table.evidence} is not null and ${table.madeBy} is not null and ${table.checkedBy} is not null and ${table.madeBy} <> ${table.checkedBy})`
		)
	]
);

/** Rates of a second source that wait for a second person, and what became of them. */
export const rateProposals = sqliteTable(
	'rate_proposals',
	{
		id: text('id').primaryKey(),
		currency: text('currency').notNull(),
		day: text('day').notNull(),
		rate: text('rate').notNull(),
		source: text('source').notNull(),
		evidence: text('evidence').notNull(),
		state: text('state', { enum: ['waiting', 'approved', 'refused'] }).notNull(),
		madeBy: text('made_by')
			.notNull()
			.references(() => accounts.id),
		madeAtMs: integer('made_at_ms').notNull(),
		checkedBy: text('checked_by').references(() => accounts.id),
		checkedAtMs: integer('checked_at_ms')
	},
	(table) => [
		uniqueIndex('rate_proposals_waiting')
			.on(table.currency, table.day)
			.where(sql`${table.state} = 'waiting'`),
		check('rate_proposals_state', sql`${table.state} in ('waiting', 'approved', 'refused')`),
		check(
			'rate_proposals_two_people',
			sql`${table.state} <> 'approved' or (${table.checkedBy} is not null and ${table.checkedBy} <> ${table.madeBy})`
		)
	]
);
