import { and, eq, isNull } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { jobRuns } from '#lib/server/db/tables/privacy.ts';

export type JobRun = {
	readonly day: string;
	readonly startedAtMs: number;
	readonly finishedAtMs: number | null;
	readonly removed: string;
	readonly error: string | null;
};

export const jobRunsRepository = {
	find(job: string, day: string): Read<JobRun | null> {
		return read(
			sqlBuilder
				.select()
				.from(jobRuns)
				.where(and(eq(jobRuns.job, job), eq(jobRuns.day, day))),
			([row]) => row ?? null
		);
	},

	begin(job: string, day: string, nowMs: number): Write {
		return write(
			sqlBuilder.insert(jobRuns).values({ job, day, startedAtMs: nowMs }).onConflictDoNothing()
		);
	},

	/** What has been done so far; `finishedAtMs` null while there is more. */
	note(
		job: string,
		day: string,
		result: Pick<JobRun, 'finishedAtMs' | 'removed' | 'error'>
	): Write {
		return write(
			sqlBuilder
				.update(jobRuns)
				.set(result)
				.where(and(eq(jobRuns.job, job), eq(jobRuns.day, day), isNull(jobRuns.finishedAtMs)))
		);
	}
};
