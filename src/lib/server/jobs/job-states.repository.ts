import { and, asc, count, desc, isNull, lte, sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { JobResult, JobState } from '#lib/domain/operations/jobs.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { jobRuns, jobStates, legalHolds } from '#lib/server/db/tables/privacy.ts';

/** Two weeks of a daily job. */
const SHOWN_RUNS = 14;

export type DailyRun = {
	readonly job: string;
	readonly day: string;
	readonly startedAtMs: number;
	readonly finishedAtMs: number | null;
	/** Rows of all kinds. */
	readonly removed: number;
	readonly error: string | null;
};

export type HoldCount = { readonly active: number; readonly reviewDue: number };

const removedSchema = v.record(v.string(), v.number());

function sumOf(removed: string): number {
	const counts = v.parse(removedSchema, JSON.parse(removed));
	return Object.values(counts).reduce((sum, one) => sum + one, 0);
}

export type JobStatesRepository = typeof jobStatesRepository;

export const jobStatesRepository = {
	/** The results of a minute. Of two minutes that overlap, the one that began later stays. */
	note(results: readonly JobResult[]): Write {
		return write(
			sqlBuilder
				.insert(jobStates)
				.values(
					results.map((result) => ({
						...result,
						lastDoneAtMs: result.done > 0 ? result.finishedAtMs : null,
						lastDone: result.done,
						failingSinceMs: result.error === null ? null : result.startedAtMs
					}))
				)
				.onConflictDoUpdate({
					target: jobStates.job,
					set: {
						startedAtMs: sql`excluded.started_at_ms`,
						finishedAtMs: sql`excluded.finished_at_ms`,
						done: sql`excluded.done`,
						error: sql`excluded.error`,
						lastDoneAtMs: sql`coalesce(excluded.last_done_at_ms, ${jobStates.lastDoneAtMs})`,
						lastDone: sql`case when excluded.done > 0 then excluded.done else ${jobStates.lastDone} end`,
						failingSinceMs: sql`case when excluded.error is null then null else coalesce(${jobStates.failingSinceMs}, excluded.failing_since_ms) end`
					},
					setWhere: sql`excluded.started_at_ms >= ${jobStates.startedAtMs}`
				})
		);
	},

	list(): Read<readonly JobState[]> {
		return read(sqlBuilder.select().from(jobStates).orderBy(asc(jobStates.job)), (rows) => rows);
	},

	listDailyRuns(): Read<readonly DailyRun[]> {
		return read(
			sqlBuilder.select().from(jobRuns).orderBy(desc(jobRuns.startedAtMs)).limit(SHOWN_RUNS),
			(rows) => rows.map((row) => ({ ...row, removed: sumOf(row.removed) }))
		);
	},

	/** How many holds keep something from the retention job, and how many of them are due for a look. */
	countHolds(today: string): Read<HoldCount> {
		const due = sqlBuilder
			.select({ due: count() })
			.from(legalHolds)
			.where(and(isNull(legalHolds.liftedAtMs), lte(legalHolds.reviewOn, today)));
		return read(
			sqlBuilder
				.select({ active: count(), reviewDue: sql<number>`${due}` })
				.from(legalHolds)
				.where(isNull(legalHolds.liftedAtMs)),
			([row]) => ({ active: row?.active ?? 0, reviewDue: row?.reviewDue ?? 0 })
		);
	}
};
