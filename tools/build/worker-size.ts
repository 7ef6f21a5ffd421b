import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { workerModules } from './worker-modules.ts';

/** What Cloudflare counts against its limit: all modules of the Worker, each compressed. */
export async function gzipSizeOfWorker(workerDir: string): Promise<{ gzipBytes: number }> {
	let gzipBytes = 0;
	for (const module of workerModules(await readdir(workerDir))) {
		gzipBytes += gzipSync(await readFile(join(workerDir, module.file)), { level: 9 }).length;
	}
	return { gzipBytes };
}
