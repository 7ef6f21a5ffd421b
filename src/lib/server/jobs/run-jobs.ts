import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { composeServices } from '#lib/server/compose.ts';
import { readConfiguration } from '#lib/server/platform/configuration.ts';
import { logEvent } from '#lib/server/platform/log.ts';

type Context = { waitUntil(promise: Promise<unknown>): void };

/** Everything that runs once a minute. Each job is safe to run twice at once. */
export async function runJobs(env: unknown, context: Context): Promise<void> {
	const checked = readConfiguration(env);
	if (!checked.ok) {
		for (const fault of checked.faults)
			logEvent('error', 'configuration-refused', { error: fault });
		return;
	}
	const origin = { requestId: SYSTEM_IDS.newId(), ip: 'job', userAgent: 'job' };
	const services = composeServices(checked.configuration, origin, {
		fetchAsset: () => Promise.reject(new Error('jobs have no static files')),
		afterAnswer: (work) => context.waitUntil(work),
		onceAnswered: (begin) => context.waitUntil(begin())
	});
	const { draftSnapshots, erasure, inspection, keptForms, outbox } = services;
	const { recoveryCases, retention, rewrapKeys, sealing, signIn } = services;
	await runJob('recovery-expire', () => recoveryCases.expireOverdue());
	await runJob('recovery-remind', () => recoveryCases.remindWaiting());
	await runJob('inspect-files', () => inspection.inspectWaiting());
	await runJob('erase-accounts', () => erasure.eraseDue());
	await runJob('retention', () => retention.runToday());
	await runJob('outbox', () => outbox.sendDue());
	await runJob('audit-seal', async () => {
		const { sealed, refused } = await sealing.seal();
		// The alarm: somebody has changed the log, or it is older than its tags (decision 0023).
		if (refused) throw new Error(`row ${refused.seq} is ${refused.fault}: npm run audit:verify`);
		return sealed;
	});
	await runJob('audit-deliver', () => sealing.deliver());
	await runJob('audit-erase', async () => {
		await sealing.eraseExpired();
		return 0;
	});
	await runJob('sign-in-purge', async () => {
		await signIn.purge();
		await keptForms.purge();
		return 0;
	});
	await runJob('drafts-warn', () => draftSnapshots.warnOfExpiry());
	await runJob('drafts-purge', async () => {
		await draftSnapshots.purge();
		return 0;
	});
	await runJob('rewrap-keys', async () => {
		const { movedRows, leftRows } = await rewrapKeys.moveSome();
		if (leftRows > 0) logEvent('error', 'rows-left-under-old-key', { count: leftRows });
		return movedRows;
	});
}

/** A job that fails is logged and stops no other; the next minute tries again. */
async function runJob(job: string, work: () => Promise<number>): Promise<void> {
	try {
		const count = await work();
		if (count > 0) logEvent('info', 'job-done', { job, count });
	} catch (error) {
		logEvent('error', 'job-failed', { job, error: String(error) });
	}
}
