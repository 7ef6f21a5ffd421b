// `npm run build`: pages and Worker into dist/. Skips what is already built; `--force` builds anyway.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { READING_FOLDER } from '#lib/offline/reading/files.ts';
import { PDF_READER_FOLDER } from '#lib/ui/pdf-reader.ts';
import { copyBankList } from './bank-list.ts';
import { copyFonts } from './fonts.ts';
import { hashInputs } from './inputs.ts';
import { withLock } from './lock.ts';
import { copyPdfReader, copyReadingFiles } from './reading-files.ts';
import { copyPasswordList } from './password-list.ts';
import { shrinkPortalScript } from './portal-script.ts';
import { runStep } from './step.ts';
import { gzipSizeOfWorker } from './worker-size.ts';

export type BuildResult = { readonly workerDir: string; readonly assetsDir: string };

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

export async function buildPortal({
	force = false,
	projectDir = PROJECT_DIR
} = {}): Promise<BuildResult> {
	const dist = join(projectDir, 'dist');
	const result = { workerDir: join(dist, 'worker'), assetsDir: join(dist, 'assets') };
	await withLock(
		join(dist, '.building'),
		() => buildUnlessCurrent(projectDir, dist, result, force),
		() => console.log('Another build is running, waiting for it ...')
	);
	return result;
}

async function buildUnlessCurrent(
	projectDir: string,
	dist: string,
	{ workerDir, assetsDir }: BuildResult,
	force: boolean
): Promise<void> {
	const stamp = join(dist, 'inputs.sha256');
	const inputs = await hashInputs(projectDir);
	const isCurrent =
		(await readFile(stamp, 'utf8').catch(() => '')) === inputs &&
		existsSync(join(workerDir, 'worker.js')) &&
		existsSync(join(assetsDir, 'fonts')) &&
		existsSync(join(assetsDir, 'passwords')) &&
		existsSync(join(assetsDir, 'banks')) &&
		existsSync(join(assetsDir, READING_FOLDER)) &&
		existsSync(join(assetsDir, PDF_READER_FOLDER));
	if (isCurrent && !force) {
		console.log('Build is up to date.');
		return;
	}
	await rm(stamp, { force: true });
	if (!existsSync(join(projectDir, '.svelte-kit/tsconfig.json'))) {
		await runStep('Preparing types', projectDir, [
			'node_modules/@sveltejs/kit/svelte-kit.js',
			'sync'
		]);
	}
	await runStep('Building pages', projectDir, ['node_modules/vite/bin/vite.js', 'build']);
	await shrinkPortalScript(assetsDir);
	await copyFonts(projectDir, assetsDir);
	await copyBankList(projectDir, assetsDir);
	await copyPasswordList(projectDir, assetsDir);
	await copyReadingFiles(projectDir, assetsDir);
	await copyPdfReader(projectDir, assetsDir);
	await rm(workerDir, { recursive: true, force: true });
	await mkdir(workerDir, { recursive: true });
	await runStep('Bundling the Worker', projectDir, [
		...['node_modules/wrangler/wrangler-dist/cli.js', 'deploy'],
		...['--dry-run', '--outdir', workerDir]
	]);
	await writeFile(stamp, inputs);
	const { gzipBytes } = await gzipSizeOfWorker(workerDir);
	console.log(`Worker: ${Math.round(gzipBytes / 1000)} kB gzip.`);
}

if (import.meta.main) {
	await buildPortal({ force: process.argv.includes('--force') }).catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	});
}
