// The Worker's entry: SvelteKit's fetch and the scheduled jobs.
import './no-edge-cache.ts';
import kit from 'kit-worker';
import { runJobs } from 'portal-jobs';

type Scheduled = { readonly scheduledTime: number; readonly cron: string };
type Context = { waitUntil(promise: Promise<unknown>): void };

export default {
	fetch: kit.fetch,
	async scheduled(_event: Scheduled, env: unknown, context: Context): Promise<void> {
		await runJobs(env, context);
	}
};
