import * as v from 'valibot';
import { calendarDateOf, DAY_MS, HOUR_MS, MINUTE_MS, startOfDayMs } from '../calendar.ts';

/** Everything that runs by itself, in the order of a minute. */
export const JOBS = [
	'recovery-expire',
	'recovery-remind',
	'inspect-files',
	'warn-idle',
	'erase-accounts',
	'retention',
	'exchange-rates',
	'decide-by-rules',
	'clocks',
	'remind-documents',
	'outbox',
	'push',
	'audit-seal',
	'audit-deliver',
	'audit-erase',
	'sign-in-purge',
	'drafts-warn',
	'drafts-purge',
	'rewrap-keys'
] as const;
export type JobName = (typeof JOBS)[number];

/** What a run left behind. `error` is the name of an error's class, never its text. */
export type JobResult = {
	readonly job: JobName;
	readonly startedAtMs: number;
	readonly finishedAtMs: number;
	readonly done: number;
	readonly error: string | null;
};

/** The last run of a job, the last one that did something, and since when it fails. */
export type JobState = JobResult & {
	readonly lastDoneAtMs: number | null;
	readonly lastDone: number;
	readonly failingSinceMs: number | null;
};

/** The jobs run once a minute; five without a run mean that nobody starts them. */
export const LATE_AFTER_MS = 5 * MINUTE_MS;

/** Minutes of an hour at which the bank is asked for rates: it publishes once a day. */
export const RATE_MINUTES = [5, 35] as const;

/** When a job next looks for work: the retention job once a day, rates twice an hour, others each minute. */
export function nextRunMs(
	job: JobName,
	{ startedAtMs }: Pick<JobResult, 'startedAtMs'>,
	retentionDoneOn: string | null
): number {
	const nextMinuteMs = startedAtMs + MINUTE_MS;
	if (job === 'retention' && retentionDoneOn === calendarDateOf(startedAtMs)) {
		// Two hours after 24 is on the next day also in the night that has 25.
		const today = startOfDayMs(calendarDateOf(startedAtMs));
		return startOfDayMs(calendarDateOf(today + DAY_MS + 2 * HOUR_MS));
	}
	if (job !== 'exchange-rates') return nextMinuteMs;
	const hourMs = startedAtMs - (startedAtMs % HOUR_MS);
	const times = [0, HOUR_MS].flatMap((more) =>
		RATE_MINUTES.map((minute) => hourMs + more + minute * MINUTE_MS)
	);
	return times.find((time) => time > startedAtMs) ?? nextMinuteMs;
}

/** Why nobody tries to send a mail any more. */
export const GIVE_UP_REASONS = ['address-gone', 'told-otherwise', 'out-of-date'] as const;
export type GiveUpReason = (typeof GIVE_UP_REASONS)[number];

const mail = v.pipe(v.string('required'), v.uuid('invalid'));
export const mailAgainSchema = v.object({ mail });
export const mailGiveUpSchema = v.object({
	mail,
	reason: v.picklist(GIVE_UP_REASONS, 'required')
});
