import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartError } from './start-error.ts';

export const DATA_DIR = resolve(import.meta.dirname, '../../.data');

/** Marks the data directory as in use; gives the function that releases it. */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
	await requireUnused(dataDir);
	await mkdir(dataDir, { recursive: true, mode: 0o700 });
	const file = pidFile(dataDir);
	await writeFile(file, String(process.pid));
	return () => rm(file, { force: true });
}

/** Empties the directory; refuses while a portal runs on it. */
export async function resetDataDir(dataDir: string): Promise<void> {
	await requireUnused(dataDir);
	await rm(dataDir, { recursive: true, force: true });
}

async function requireUnused(dataDir: string): Promise<void> {
	const pid = Number(await readFile(pidFile(dataDir), 'utf8').catch(() => '0'));
	if (pid > 0 && pid !== process.pid && (await isStarter(pid))) {
		throw new StartError(
			`The portal is running on ${dataDir} (process ${pid}). End it first, with Ctrl-C in its window.`
		);
	}
}

function pidFile(dataDir: string): string {
	return join(dataDir, 'running.pid');
}

// The number may belong to another program by now: after a power cut the file stays behind.
async function isStarter(pid: number): Promise<boolean> {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
	return command === null || command.includes('tools/start/');
}
