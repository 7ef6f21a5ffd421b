import type { Plugin } from 'vite';

/**
 * Builds the cleaning of files as /clean-file.js, an entry of its own in the client build, for pages that are not
 * hydrated. portal.js loads it by this name, which static/clean-file.js holds free, as it does with the strength meter.
 */
export function cleanEntry(): Plugin {
	return {
		name: 'portal-clean-entry',
		apply: 'build',
		applyToEnvironment: ({ name }) => name === 'client',
		buildStart() {
			this.emitFile({
				type: 'chunk',
				id: 'src/lib/offline/answer-file.ts',
				fileName: 'clean-file.js',
				preserveSignature: 'strict'
			});
		}
	};
}
