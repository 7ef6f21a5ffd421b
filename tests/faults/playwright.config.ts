import { defineConfig } from '@playwright/test';

/**
 * The list of faults against the built Worker, with a stack and its proxies a worker process.
 * `npm test` runs those marked `@part`: what it has time for.
 */
export default defineConfig({
	testDir: '.',
	testMatch: '**/*.fault.ts',
	// Two cores.
	workers: 2,
	fullyParallel: true,
	forbidOnly: Boolean(process.env['CI']),
	retries: 0,
	timeout: 120_000,
	expect: { timeout: 15_000 },
	reporter: [['./report.ts']],
	outputDir: '../../test-results/faults',
	use: { locale: 'de-DE', timezoneId: 'Europe/Berlin' }
});
