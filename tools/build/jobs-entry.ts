import type { Plugin } from 'vite';

/**
 * Builds the scheduled jobs as a second entry of Kit's server bundle, so that src/worker.ts shares one copy of every
 * module with the pages (wrangler.toml, alias `portal-jobs`).
 */
export function jobsEntry(): Plugin {
	return {
		name: 'portal-jobs-entry',
		apply: 'build',
		applyToEnvironment: ({ name }) => name === 'ssr',
		buildStart() {
			this.emitFile({
				type: 'chunk',
				id: 'src/lib/server/jobs/run-jobs.ts',
				fileName: 'portal-jobs.js',
				preserveSignature: 'strict'
			});
		}
	};
}
