import { defineConfig } from '@playwright/test';

/**
 * The end-to-end suite runs against the built Worker in workerd, libSQL over HTTP, a real SMTP server
 * and Chromium. Every worker process starts a stack of its own on free ports.
 */
export default defineConfig({
	testDir: 'tests/e2e',
	// When all else has run, the console of every portal is read (D11).
	projects: [
		{ name: 'portal', testMatch: '**/*.e2e.ts', teardown: 'console' },
		{ name: 'console', testMatch: '**/console.after.ts' }
	],
	// Two cores.
	workers: 2,
	fullyParallel: true,
	forbidOnly: Boolean(process.env['CI']),
	retries: 0,
	timeout: 480_000,
	expect: { timeout: 30_000 },
	reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
	outputDir: 'test-results/e2e',
	// What never becomes pressable is named at once, not as the whole walk's timeout.
	use: {
		actionTimeout: 60_000,
		// Nobody opens the traces of CI, and they cost a tenth of the walks.
		trace: process.env['CI'] ? 'off' : 'retain-on-failure',
		locale: 'de-DE',
		timezoneId: 'Europe/Berlin'
	}
});
