import { startChild } from '../start/child-process.ts';
import { StartError } from '../start/start-error.ts';

const QUIET = {
	CI: '1',
	WRANGLER_SEND_METRICS: 'false',
	WRANGLER_SEND_ERROR_REPORTS: 'false',
	WRANGLER_HIDE_BANNER: 'true',
	NO_UPDATE_NOTIFIER: '1'
};

/** Runs one Node program to its end and tells how long it took; its output is shown when it fails. */
export async function runStep(
	title: string,
	projectDir: string,
	args: readonly string[]
): Promise<void> {
	const startedAtMs = Date.now();
	process.stdout.write(`${title} ... `);
	const child = startChild({
		name: title,
		command: process.execPath,
		args,
		cwd: projectDir,
		env: QUIET
	});
	const { code } = await child.exited;
	const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
	if (code !== 0) {
		console.log(`failed after ${seconds} s`);
		throw new StartError(`${child.logTail()}\n\n${title} failed (exit code ${code}).`);
	}
	console.log(`${seconds} s`);
}
