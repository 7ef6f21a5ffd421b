/** What the Worker wrote to its console in this run, kept for the test that reads all of it (D11). */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Below Playwright's output directory, which is emptied at the start of every run. */
const FOLDER = 'test-results/e2e/console';

export function keepConsoleLine(line: string): void {
	mkdirSync(FOLDER, { recursive: true });
	appendFileSync(join(FOLDER, `${process.pid}.log`), `${line}\n`);
}

export function readConsoleLines(): readonly string[] {
	if (!existsSync(FOLDER)) return [];
	return readdirSync(FOLDER)
		.flatMap((file) => readFileSync(join(FOLDER, file), 'utf8').split('\n'))
		.filter((line) => line !== '');
}
