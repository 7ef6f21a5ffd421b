import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runStep } from '../../../tools/build/step.ts';
import { chooseFreePort } from '../../../tools/start/ports.ts';
import { readWranglerToml } from '../../../tools/start/wrangler-toml.ts';
import { startWorkerd, type RunningWorkerd } from '../../../tools/start/workerd.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../../..');

/** Bundles a small Worker as the portal's is bundled and runs it by the portal's own recipe. */
export async function withBenchWorker<T>(
	name: 'constant' | 'one-query' | 'hash',
	bindings: Readonly<Record<string, string>>,
	work: (running: RunningWorkerd) => Promise<T>
): Promise<T> {
	const directory = await mkdtemp(join(tmpdir(), 'worker-'));
	const [bundleDir, assetsDir] = [join(directory, 'bundle'), join(directory, 'assets')];
	try {
		await mkdir(assetsDir);
		await bundle(name, directory, bundleDir);
		const port = await chooseFreePort(0);
		const running = await startWorkerd({ bundleDir, assetsDir, port, bindings });
		try {
			return await work(running);
		} finally {
			await running.stop();
		}
	} finally {
		await rm(directory, { recursive: true, force: true });
	}
}

async function bundle(name: string, directory: string, bundleDir: string): Promise<void> {
	const { compatibilityDate } = await readWranglerToml(PROJECT_DIR);
	const config = join(directory, 'wrangler.toml');
	// Beside the bundle, not beside the source: wrangler leaves files next to its configuration.
	const lines = [
		`name = "bench-${name}"`,
		`main = ${JSON.stringify(join(import.meta.dirname, name, 'worker.ts'))}`,
		`compatibility_date = "${compatibilityDate}"`,
		'minify = true'
	];
	await writeFile(config, lines.join('\n'));
	await runStep(`Bundling the Worker ${name}`, PROJECT_DIR, [
		...['node_modules/wrangler/wrangler-dist/cli.js', 'deploy', '--dry-run'],
		...['--config', config, '--outdir', bundleDir]
	]);
}
