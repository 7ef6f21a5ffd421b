// Written at build time; wrangler.toml says where the Worker's lie.
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

declare module 'portal:words/*' {
	/** tools/build/strength-entry.ts */
	export const dictionary: Record<string, string[]>;
}
