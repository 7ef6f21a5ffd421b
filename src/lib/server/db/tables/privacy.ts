import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { JOBS } from '#lib/domain/operations/jobs.ts';
import { HOLD_END_REASONS, HOLD_REASONS, HOLD_SUBJECTS } from '#lib/domain/privacy/legal-hold.ts';
import { accounts } from './accounts.ts';

/** A proven wish for a copy of one's data: opens the download for some minutes, to one session. */
export const dataExports = sqliteTable(
	'data_exports',
	{
		id: text('id').primaryKey(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id, { onDelete: 'cascade' }),
		/** The session that proved it, under the name it has since the proof. */
		sessionId: text('session_id').notNull(),
		createdAtMs: integer('created_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		downloads: integer('downloads').notNull().default(0)
	},
	(table) => [index('data_exports_account').on(table.accountId)]
);

/** A dispute, an audit or a tax matter: beats every deadline until it is lifted (domain.md section 5). */
export const legalHolds = sqliteTable(
	'legal_holds',
	{
		id: text('id').primaryKey(),
		subject: text('subject', { enum: HOLD_SUBJECTS }).notNull(),
		subjectId: text('subject_id').notNull(),
		/** From a closed list: free text would be a file on somebody. */
		reason: text('reason', { enum: HOLD_REASONS }).notNull(),
		reviewOn: text('review_on').notNull(),
		placedBy: text('placed_by').notNull(),
		placedAtMs: integer('placed_at_ms').notNull(),
		liftedAtMs: integer('lifted_at_ms'),
		liftedBy: text('lifted_by'),
		liftReason: text('lift_reason', { enum: HOLD_END_REASONS })
	},
	(table) => [
		index('legal_holds_active')
			.on(table.reviewOn, table.id)
			.where(sql`${table.liftedAtMs} is null`),
		index('legal_holds_subject')
			.on(table.subjectId)
			.where(sql`${table.liftedAtMs} is null`),
		check('legal_holds_subject_kind', sql`${table.subject} in ('account', 'contract', 'claim')`)
	]
);

/** The last run of every job, for whoever runs the portal. Counts and names of errors only. */
export const jobStates = sqliteTable('job_states', {
	job: text('job', { enum: JOBS }).primaryKey(),
	startedAtMs: integer('started_at_ms').notNull(),
	finishedAtMs: integer('finished_at_ms').notNull(),
	done: integer('done').notNull(),
	/** Name of the error, or null. */
	error: text('error'),
	/** The last run that did something. */
	lastDoneAtMs: integer('last_done_at_ms'),
	lastDone: integer('last_done').notNull(),
	failingSinceMs: integer('failing_since_ms')
});

/** One day's run of a daily job: what it did, also for those who ask later. Counts only. */
export const jobRuns = sqliteTable(
	'job_runs',
	{
		job: text('job').notNull(),
		/** The operator's calendar day, `YYYY-MM-DD`. */
		day: text('day').notNull(),
		startedAtMs: integer('started_at_ms').notNull(),
		/** Null while there is more to do; the next minute goes on. */
		finishedAtMs: integer('finished_at_ms'),
		/** JSON: rows removed by kind. */
		removed: text('removed').notNull().default('{}'),
		/** Name of the last error, or null. */
		error: text('error')
	},
	(table) => [primaryKey({ columns: [table.job, table.day] })]
);
