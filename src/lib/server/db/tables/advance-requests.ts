import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { ADVANCE_OUTCOMES, ADVANCE_REFUSALS } from '#lib/domain/claims/advance.ts';
import { accounts } from './accounts.ts';
import { claims } from './claims.ts';

/** Advances that customers have demanded (decision 0077): plain, because they say nothing of what a person has. */
export const advanceRequests = sqliteTable(
	'advance_requests',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		askedAtMs: integer('asked_at_ms').notNull(),
		/** The claim's owner, or the clerk who has put down what came by letter. */
		askedBy: text('asked_by')
			.notNull()
			.references(() => accounts.id),
		outcome: text('outcome', { enum: ADVANCE_OUTCOMES }),
		refusal: text('refusal', { enum: ADVANCE_REFUSALS }),
		answeredAtMs: integer('answered_at_ms'),
		answeredBy: text('answered_by').references(() => accounts.id)
	},
	(table) => [
		uniqueIndex('advance_requests_open_claim')
			.on(table.claimId)
			.where(sql`${table.answeredAtMs} is null`),
		index('advance_requests_claim').on(table.claimId, table.askedAtMs),
		index('advance_requests_open')
			.on(table.askedAtMs, table.id)
			.where(sql`${table.answeredAtMs} is null`),
		check(
			'advance_requests_end',
			sql`(${table.outcome} is null) = (${table.answeredAtMs} is null) and (${table.answeredBy} is null or ${table.answeredAtMs} is not null)`
		),
		check(
			'advance_requests_refusal',
			sql`(${table.refusal} is not null) = (${table.outcome} is 'refused')`
		)
	]
);
