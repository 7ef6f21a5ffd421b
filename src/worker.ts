// The Worker's entry: SvelteKit's fetch and the scheduled jobs.
import './kept-names.ts';
import './no-edge-cache.ts';
import kit from 'kit-worker';
import { runJobs } from 'portal-jobs';
import { logEvent } from '#lib/server/platform/log.ts';
import { describeError, withLastResort } from '#lib/server/edge/last-resort.ts';
import { addSecurityHeaders, sayType } from '#lib/server/edge/security-headers.ts';

type Scheduled = { readonly scheduledTime: number; readonly cron: string };
type Env = { readonly ASSETS: { fetch(request: Request | URL): Promise<Response> } };
type Context = { waitUntil(promise: Promise<unknown>): void };

/** Copied in after Kit's build, which therefore does not know these files (decisions 0041, 0079). */
const COPIED_IN = /^\/(?:reading|receipts)\//;

export default {
	async fetch(request: Request, env: Env, context: Context): Promise<Response> {
		const isCopiedIn = COPIED_IN.test(new URL(request.url).pathname);
		const answer = sayType(
			await withLastResort(() =>
				isCopiedIn ? env.ASSETS.fetch(request) : kit.fetch(request, env, context)
			)
		);
		// What Kit, its adapter and the file server answer by themselves never passes our hook.
		if (answer.headers.has('X-Content-Type-Options')) return answer;
		logEvent('info', 'request', { route: 'none', status: answer.status });
		return addSecurityHeaders(answer, new URL(request.url).protocol === 'https:');
	},
	async scheduled(_event: Scheduled, env: Env, context: Context): Promise<void> {
		await runJobs(env, context).catch((error: unknown) => {
			logEvent('error', 'last-resort', { job: 'all', error: describeError(error) });
		});
	}
};
