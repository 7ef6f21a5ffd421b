// `npm run dev`: Vite's development server on the same local database and mail catcher as `npm start`.
import { createServer, type ViteDevServer } from 'vite';
import type * as Jobs from '#lib/server/jobs/run-jobs.ts';
import { BINDINGS_VARIABLE } from '../build/portal-adapter.ts';
import { stopAllChildren } from './child-process.ts';
import { claimDataDir, DATA_DIR } from './data-dir.ts';
import { fixedPorts } from './fixed-ports.ts';
import { onInterrupt } from './interrupt.ts';
import { StartError } from './start-error.ts';
import { startServices, type Services } from './stack.ts';
import { welcome } from './welcome.ts';

type JobsModule = typeof Jobs;

const JOBS_FILE = '/src/lib/server/jobs/run-jobs.ts';
const JOBS_EVERY_MS = 10_000;

let services: Services | undefined;
let vite: ViteDevServer | undefined;
let release: (() => Promise<void>) | undefined;

async function shutDown(exitCode: number): Promise<void> {
	await vite?.close();
	await services?.stop();
	await stopAllChildren();
	await release?.();
	process.exit(exitCode);
}

onInterrupt(() => shutDown(0));

try {
	const ports = await fixedPorts();
	release = await claimDataDir(DATA_DIR);
	services = await startServices({
		dataDir: DATA_DIR,
		ports,
		seed: true,
		waitingClaim: true,
		mail: true,
		onProgress: (text) => console.log(`${text} ...`)
	});
	process.env[BINDINGS_VARIABLE] = JSON.stringify(services.bindings);
	vite = await createServer({
		server: { host: '127.0.0.1', port: ports.portal, strictPort: true }
	});
	await vite.listen();
	console.log(await welcome(services, DATA_DIR));
	runJobsRegularly(vite, services.bindings);
} catch (error) {
	console.error(error instanceof StartError ? error.message : error);
	await shutDown(1);
}

// The development server has no `scheduled` event. Loaded anew each time, so that a change takes effect.
function runJobsRegularly(server: ViteDevServer, bindings: Services['bindings']): void {
	// The development server serves the static files, too.
	const env = { ...bindings, ASSETS: { fetch: (url: URL) => fetch(url) } };
	const context = { waitUntil: (work: Promise<unknown>) => void work.catch(console.error) };
	const run = async () => {
		const { runJobs } = parseJobs(await server.ssrLoadModule(JOBS_FILE));
		await runJobs(env, context);
	};
	setInterval(() => void run().catch(console.error), JOBS_EVERY_MS);
}

function parseJobs(module: Readonly<Record<string, unknown>>): JobsModule {
	if (typeof module.runJobs !== 'function') throw new Error(`${JOBS_FILE} exports no runJobs`);
	return module as JobsModule;
}
