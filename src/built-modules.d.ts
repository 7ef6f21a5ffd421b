// Written at build time; wrangler.toml says where they lie.
declare module 'kit-worker' {
	const worker: {
		fetch(request: Request, env: unknown, context: unknown): Promise<Response>;
	};
	export default worker;
}

declare module 'portal-jobs' {
	export const runJobs: typeof import('#lib/server/jobs/run-jobs.ts').runJobs;
}
