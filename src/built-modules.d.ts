// Written at build time; wrangler.toml says where they lie.
declare module 'kit-worker' {
	const worker: {
		fetch(request: Request, env: unknown, context: unknown): Promise<Response>;
	};
	export default worker;
}

declare module 'portal-jobs' {
	import type { runJobs as run } from '#lib/server/jobs/run-jobs.ts';
	export const runJobs: typeof run;
}
