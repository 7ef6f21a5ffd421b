// `npm start`: the portal on this machine, from an empty checkout to a printed address.
import { stopAllChildren } from './child-process.ts';
import { claimDataDir, DATA_DIR } from './data-dir.ts';
import { fixedPorts } from './fixed-ports.ts';
import { onInterrupt } from './interrupt.ts';
import { StartError } from './start-error.ts';
import { startStack, type Stack } from './stack.ts';
import { welcome } from './welcome.ts';

const MINUTE_MS = 60_000;

let stack: Stack | undefined;
let release: (() => Promise<void>) | undefined;
const stopping = new AbortController();

async function shutDown(exitCode: number): Promise<void> {
	if (stopping.signal.aborted) return;
	stopping.abort();
	await stack?.stop();
	await stopAllChildren();
	await release?.();
	process.exit(exitCode);
}

onInterrupt(() => {
	console.log('\nStopping ...');
	return shutDown(0);
});

try {
	const ports = await fixedPorts();
	release = await claimDataDir(DATA_DIR);
	stack = await startStack({
		dataDir: DATA_DIR,
		ports,
		seed: true,
		waitingClaim: true,
		mail: true,
		onPortalLine: (line) => console.error(`[portal] ${line}`),
		onProgress: (text) => console.log(`${text} ...`)
	});
	console.log(await welcome(stack, DATA_DIR));
	runJobsEveryMinute(stack);
	const how = await stack.portal()?.exited;
	if (!stopping.signal.aborted) {
		console.error(`The portal ended by itself: ${how}`);
		await shutDown(1);
	}
} catch (error) {
	if (!stopping.signal.aborted) {
		console.error(error instanceof StartError ? error.message : error);
		await shutDown(1);
	}
}

function runJobsEveryMinute(running: Stack): void {
	let isBusy = false;
	const run = async () => {
		if (isBusy || stopping.signal.aborted) return;
		isBusy = true;
		await running.runJobs().catch((error: unknown) => {
			if (!stopping.signal.aborted)
				console.error('[jobs]', error instanceof Error ? error.message : error);
		});
		isBusy = false;
	};
	setInterval(() => void run(), MINUTE_MS);
	void run();
}
