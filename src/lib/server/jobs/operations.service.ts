import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import {
	JOBS,
	LATE_AFTER_MS,
	nextRunMs,
	type GiveUpReason,
	type JobName,
	type JobState
} from '#lib/domain/operations/jobs.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { DeadMail, MailsRepository } from '#lib/server/messages/mails.repository.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { DailyRun, HoldCount, JobStatesRepository } from './job-states.repository.ts';

export type JobView = {
	readonly job: JobName;
	/** The operator has not switched on what it does. */
	readonly isOff: boolean;
	/** Null while it has never run here. */
	readonly last: (JobState & { readonly nextAtMs: number; readonly isLate: boolean }) | null;
};

export type OperationsView = {
	readonly jobs: readonly JobView[];
	readonly dailyRuns: readonly DailyRun[];
	readonly holds: HoldCount;
	readonly mails: {
		readonly waiting: number;
		readonly oldestAtMs: number | null;
		readonly dead: readonly DeadMail[];
	};
};

export type OperationsService = ReturnType<typeof createOperationsService>;

/** What runs by itself, and what got stuck: for those who keep the portal running. */
export function createOperationsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly mails: Pick<MailsRepository, 'countWaiting' | 'listDead' | 'tryAgain' | 'giveUp'>;
	readonly jobStates: JobStatesRepository;
	readonly jobsOff: readonly JobName[];
}) {
	const { db, clock, audit, mails, jobStates } = parts;

	/** Every job with its last run, the daily runs, holds, and the mails nobody tries any more. */
	async function show(actor: Actor): Promise<Result<OperationsView>> {
		const permission = requirePermission(actor, 'operations/read');
		if (!permission.ok) return permission;
		const nowMs = clock.nowMs();
		const [states, runs, holds, waiting, dead] = await db.read(
			jobStates.list(),
			jobStates.listDailyRuns(),
			jobStates.countHolds(calendarDateOf(nowMs)),
			mails.countWaiting(),
			mails.listDead()
		);
		const doneOn = runs.find((run) => run.job === 'retention' && run.finishedAtMs !== null)?.day;
		return ok({
			jobs: JOBS.map((job) => {
				const last = states.find((state) => state.job === job);
				const isOff = parts.jobsOff.includes(job);
				if (!last) return { job, isOff, last: null };
				const nextAtMs = nextRunMs(job, last, doneOn ?? null);
				const isLate = nowMs - last.startedAtMs > LATE_AFTER_MS;
				return { job, isOff, last: { ...last, nextAtMs, isLate } };
			}),
			dailyRuns: runs,
			holds,
			mails: { waiting: waiting.count, oldestAtMs: waiting.oldestAtMs, dead }
		});
	}

	async function mend(actor: Actor, mailId: string, event: MailEvent, change: Write) {
		return db.commit(
			change,
			await audit.record({ event, objectRef: `mail:${mailId}`, accountId: actor.accountId })
		);
	}

	return {
		show,

		/** Puts a dead mail back into the outbox. `operations/changed-meanwhile` when it is not dead. */
		async tryMailAgain(actor: Actor, mailId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'operations/mend');
			if (!permission.ok) return permission;
			return mend(actor, mailId, 'mail/tried-again', mails.tryAgain(mailId, clock.nowMs()));
		},

		/** Nobody tries a dead mail again, and the list says no more of it. */
		async giveMailUp(actor: Actor, mailId: string, reason: GiveUpReason): Promise<Result<void>> {
			const permission = requirePermission(actor, 'operations/mend');
			if (!permission.ok) return permission;
			const by = { accountId: actor.accountId, nowMs: clock.nowMs() };
			return mend(actor, mailId, 'mail/given-up', mails.giveUp(mailId, reason, by));
		}
	};
}

type MailEvent = 'mail/tried-again' | 'mail/given-up';
