import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 180_000;
const RETRY_MS = 250;

/** Runs `work` alone: two builds at once (`npm start` beside `npm test`) would write the same files. */
export async function withLock<T>(
	file: string,
	work: () => Promise<T>,
	whileWaiting: () => void
): Promise<T> {
	await mkdir(dirname(file), { recursive: true });
	const deadline = Date.now() + WAIT_MS;
	let announced = false;
	while (!(await take(file))) {
		if (Date.now() > deadline) throw new Error(`Another build holds ${file} for too long.`);
		if (!announced) whileWaiting();
		announced = true;
		await sleep(RETRY_MS);
	}
	try {
		return await work();
	} finally {
		await rm(file, { force: true });
	}
}

async function take(file: string): Promise<boolean> {
	try {
		await writeFile(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch {
		const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
		// Left behind by a build that was killed.
		if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
		return false;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
