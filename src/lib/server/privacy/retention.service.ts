import * as v from 'valibot';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { jobRunsRepository } from './job-runs.repository.ts';
import { retentionSteps } from './retention.repository.ts';

const JOB = 'retention';
const BATCH_ROWS = 50;
/** A minute's share: about two round trips each. */
const BATCHES_A_MINUTE = 40;

const removedSchema = v.record(v.string(), v.number());

export type RetentionService = ReturnType<typeof createRetentionService>;

/** Removes what is past its deadline (D9), once a day, and writes down what it did. */
export function createRetentionService(parts: { readonly db: Database; readonly clock: Clock }) {
	const { db, clock } = parts;

	/**
	 * Step by step until nothing is left or the minute's share is used up; true when nothing is left. A
	 * step that fails keeps none of the later ones: its error is thrown when they are through.
	 */
	async function removeOverdue(removed: Record<string, number>): Promise<boolean> {
		let batches = 0;
		const failures: unknown[] = [];
		for (const step of retentionSteps(clock.nowMs())) {
			try {
				for (;;) {
					if (batches >= BATCHES_A_MINUTE) return false;
					batches += 1;
					const [found] = await db.read(step.find(BATCH_ROWS));
					if (found.length === 0) break;
					await db.commit(step.remove(found));
					removed[step.name] = (removed[step.name] ?? 0) + found.length;
					if (found.length < BATCH_ROWS) break;
				}
			} catch (error) {
				failures.push(error);
			}
		}
		if (failures.length > 0) throw failures[0];
		return true;
	}

	return {
		/**
		 * The day's run, or the rest of it. Safe to stop, to repeat and to run twice at once: each batch
		 * removes only what is still over. Answers how many rows went.
		 */
		async runToday(): Promise<number> {
			const day = calendarDateOf(clock.nowMs());
			const [run] = await db.read(jobRunsRepository.find(JOB, day));
			if (run && run.finishedAtMs !== null) return 0;
			if (!run) await db.commit(jobRunsRepository.begin(JOB, day, clock.nowMs()));
			const removed = v.parse(removedSchema, JSON.parse(run?.removed ?? '{}'));
			const before = sumOf(removed);
			const note = (finishedAtMs: number | null, error: string | null) =>
				db.commit(
					jobRunsRepository.note(JOB, day, {
						finishedAtMs,
						removed: JSON.stringify(removed),
						error
					})
				);
			try {
				const isDone = await removeOverdue(removed);
				await note(isDone ? clock.nowMs() : null, null);
			} catch (error) {
				// The name alone: a message could quote a row.
				await note(null, error instanceof Error ? error.name : 'unknown');
				throw error;
			}
			return sumOf(removed) - before;
		}
	};
}

function sumOf(counts: Readonly<Record<string, number>>): number {
	return Object.values(counts).reduce((sum, one) => sum + one, 0);
}
