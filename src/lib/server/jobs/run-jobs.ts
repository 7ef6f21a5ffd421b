import { JOBS, type JobName, type JobResult } from '#lib/domain/operations/jobs.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { composeServices, type Services } from '#lib/server/compose.ts';
import { readConfiguration } from '#lib/server/platform/configuration.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import { fetchStaticFile, type StaticFiles } from '#lib/server/platform/static-files.ts';

type Bindings = { readonly ASSETS: StaticFiles };
type Context = { waitUntil(promise: Promise<unknown>): void };

/** Each answers how many things it did; a job nobody wrote down in the domain does not compile. */
type Work = Readonly<Record<JobName, () => Promise<number>>>;

/** Everything that runs once a minute. Each job is safe to run twice at once. `env`: all bindings. */
export async function runJobs(env: Bindings, context: Context): Promise<void> {
	const checked = readConfiguration(env);
	if (!checked.ok) {
		for (const fault of checked.faults)
			logEvent('error', 'configuration-refused', { error: fault });
		return;
	}
	const origin = { requestId: SYSTEM_IDS.newId(), ip: 'job', userAgent: 'job' };
	const services = composeServices(checked.configuration, origin, {
		fetchAsset: (path) => fetchStaticFile(env.ASSETS, path, checked.configuration.origin),
		afterAnswer: (work) => context.waitUntil(work),
		onceAnswered: (begin) => context.waitUntil(begin())
	});
	const results: JobResult[] = [];
	const work = workOf(services);
	for (const job of JOBS) results.push(await runJob(job, work[job]));
	await services.noteJobs(results);
}

function workOf(services: Services): Work {
	const { automatic, documentReminders, draftSnapshots, erasure, exchangeRates } = services;
	const {
		inspection,
		interimNotices,
		keptForms,
		outbox,
		push,
		recoveryCases,
		retention,
		rewrapKeys,
		sealing,
		signIn
	} = services;
	return {
		'recovery-expire': () => recoveryCases.expireOverdue(),
		'recovery-remind': () => recoveryCases.remindWaiting(),
		'inspect-files': () => inspection.inspectWaiting(),
		'warn-idle': () => erasure.warnIdle(),
		'erase-accounts': () => erasure.eraseDue(),
		retention: () => retention.runToday(),
		'exchange-rates': () => exchangeRates.importDue(),
		'decide-by-rules': () => automatic.decideDue(),
		clocks: () => interimNotices.tellDue(),
		'remind-documents': () => documentReminders.remindDue(),
		outbox: () => outbox.sendDue(),
		push: () => push.sendDue(),
		'audit-seal': async () => {
			const { sealed, refused } = await sealing.seal();
			// The alarm: somebody has changed the log, or it is older than its tags (decision 0023).
			if (refused) {
				throw new Error(`row ${refused.seq} is ${refused.fault}: npm run audit:verify`);
			}
			return sealed;
		},
		'audit-deliver': () => sealing.deliver(),
		'audit-erase': async () => {
			await sealing.eraseExpired();
			return 0;
		},
		'sign-in-purge': async () => {
			await signIn.purge();
			await keptForms.purge();
			return 0;
		},
		'drafts-warn': () => draftSnapshots.warnOfExpiry(),
		'drafts-purge': async () => {
			await draftSnapshots.purge();
			return 0;
		},
		'rewrap-keys': async () => {
			const { movedRows, leftRows } = await rewrapKeys.moveSome();
			if (leftRows > 0) logEvent('error', 'rows-left-under-old-key', { count: leftRows });
			return movedRows;
		}
	};
}

/** A job that fails is logged and stops no other; the next minute tries again. */
async function runJob(job: JobName, work: () => Promise<number>): Promise<JobResult> {
	const startedAtMs = Date.now();
	try {
		const done = await work();
		if (done > 0) logEvent('info', 'job-done', { job, count: done });
		return { job, startedAtMs, finishedAtMs: Date.now(), done, error: null };
	} catch (error) {
		logEvent('error', 'job-failed', { job, error: String(error) });
		const name = error instanceof Error ? error.name : 'unknown';
		return { job, startedAtMs, finishedAtMs: Date.now(), done: 0, error: name };
	}
}
