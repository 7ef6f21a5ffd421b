import { defineConfig } from 'vitest/config';
import { svelteOnServer } from './tests/support/svelte-on-server.ts';
import { WORKERD_MODULES_IN_NODE } from './tools/build/workerd-modules.ts';

export default defineConfig({
	plugins: [svelteOnServer],
	resolve: { alias: WORKERD_MODULES_IN_NODE },
	test: {
		// Two cores: more workers only wait for each other.
		maxWorkers: 2,
		expect: { requireAssertions: true },
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'tests/security/**/*.test.ts'],
					// Some read the whole source: on a busy machine that takes longer than it should say.
					testTimeout: 30_000
				}
			},
			{
				extends: true,
				test: {
					name: 'integration',
					include: ['tests/integration/**/*.test.ts'],
					testTimeout: 30_000,
					hookTimeout: 60_000
				}
			}
		]
	}
});
