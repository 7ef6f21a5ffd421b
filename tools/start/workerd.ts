import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerModules } from '../build/worker-modules.ts';
import { planAssets } from './asset-plan.ts';
import { startChild, type RunningChild } from './child-process.ts';
import { ENTRY_FILE, entryModule, workerdConfig } from './workerd-config.ts';
import { readWranglerToml } from './wrangler-toml.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

export type WorkerdOptions = {
	readonly bundleDir: string;
	readonly assetsDir: string;
	readonly port: number;
	readonly bindings: Readonly<Record<string, string>>;
	readonly host?: string;
	/** Answers 200 as soon as the portal is ready. */
	readonly readyPath?: string;
	/** Default: loopback only, so that no test or demo can reach a stranger. */
	readonly outbound?: readonly string[];
	/** Lets a test choose its address by CF-Connecting-IP; default false. */
	readonly trustsClientIpHeader?: boolean;
	readonly onLine?: (line: string) => void;
};

export type RunningWorkerd = {
	readonly url: string;
	readonly pid: number;
	/** Settles with a sentence when workerd is gone, wanted or not. */
	readonly exited: Promise<string>;
	readonly logTail: () => string;
	/** Delivers the `scheduled` event and waits until the jobs are done. */
	readonly runScheduled: () => Promise<void>;
	readonly stop: () => Promise<void>;
};

/** Runs the built Worker in plain workerd, with its static files. Nothing it serves can change afterwards. */
export async function startWorkerd(options: WorkerdOptions): Promise<RunningWorkerd> {
	const host = options.host ?? '127.0.0.1';
	const directory = await mkdtemp(join(tmpdir(), 'portal-workerd-'));
	const cronSocket = join(directory, 'cron.sock');
	const env = await writeConfig(options, host, directory, cronSocket);
	const child = startChild({
		name: 'workerd',
		command: join(PROJECT_DIR, 'node_modules/workerd/bin/workerd'),
		args: ['serve', join(directory, 'portal.capnp')],
		env,
		onLine: options.onLine
	});
	const stop = async () => {
		await child.stop();
		await rm(directory, { recursive: true, force: true });
	};
	try {
		await waitUntilReady(`http://${host}:${options.port}${options.readyPath ?? '/'}`, child);
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		url: `http://localhost:${options.port}`,
		pid: child.pid,
		exited: child.exited.then(({ how }) => how),
		logTail: child.logTail,
		runScheduled: () => deliverScheduled(cronSocket),
		stop
	};
}

async function writeConfig(
	{ bundleDir, assetsDir, port, bindings, outbound, trustsClientIpHeader }: WorkerdOptions,
	host: string,
	directory: string,
	cronSocket: string
): Promise<Record<string, string>> {
	const { main, compatibilityDate, compatibilityFlags } = await readWranglerToml(PROJECT_DIR);
	const modules = workerModules(await readdir(bundleDir));
	// Copies: a build that runs meanwhile must not change what this server serves.
	for (const { file } of modules) await cp(join(bundleDir, file), join(directory, file));
	await cp(assetsDir, join(directory, 'assets'), { recursive: true });

	const variables = Object.keys(bindings).map((name) => [name, `PORTAL_${name}`] as const);
	const router = await readFile(join(import.meta.dirname, 'asset-router.ts'), 'utf8');
	const config = workerdConfig({
		modules,
		mainModule: main,
		compatibilityDate,
		compatibilityFlags,
		bindings: Object.fromEntries(variables),
		address: `${host}:${port}`,
		cronSocket,
		assetsDir: join(directory, 'assets'),
		outbound: outbound ?? ['local'],
		trustsClientIpHeader: trustsClientIpHeader ?? false
	});
	await writeFile(join(directory, 'portal.capnp'), config);
	await writeFile(join(directory, ENTRY_FILE), entryModule(main));
	await writeFile(join(directory, 'router.js'), stripTypeScriptTypes(router));
	await writeFile(join(directory, 'plan.json'), JSON.stringify(await planAssets(assetsDir)));
	return Object.fromEntries(variables.map(([name, variable]) => [variable, bindings[name] ?? '']));
}

async function waitUntilReady(url: string, child: RunningChild): Promise<void> {
	const deadline = Date.now() + READY_TIMEOUT_MS;
	let last = 'no answer';
	while (Date.now() < deadline && !child.hasExited()) {
		try {
			const { status, ok } = await fetch(url, { redirect: 'manual' });
			if (ok) return;
			last = `status ${status}`;
		} catch (error) {
			last = error instanceof Error ? error.message : String(error);
		}
		await sleep(POLL_MS);
	}
	const what = child.hasExited() ? (await child.exited).how : `${url} did not get ready (${last})`;
	throw new Error(`${what}. Last lines of its log:\n${child.logTail()}`);
}

function deliverScheduled(socketPath: string): Promise<void> {
	return new Promise((done, failed) => {
		const call = request({ socketPath, path: '/', headers: { host: 'cron' } }, (response) => {
			response.resume();
			response.on('end', () => {
				if (response.statusCode === 204) done();
				else failed(new Error(`The jobs failed with status ${response.statusCode}`));
			});
		});
		call.on('error', failed);
		call.end();
	});
}
