import { freshKeys } from '../../../tools/keys/generate.ts';
import type { RunningWorkerd } from '../../../tools/start/workerd.ts';
import { cpuMicroseconds } from '../load/cpu-time.ts';
import { median } from '../load/median.ts';
import { rounded } from '../measure.ts';
import type { Part } from '../run-bench.ts';
import { withBenchWorker } from '../workers/bench-worker.ts';

const WARM_UPS = 3;
const ROUNDS = 15;
const MICROSECONDS_PER_MS = 1_000;

type Cost = { readonly wallMs: number; readonly cpuMs: number };

export const password: Part = {
	name: 'password',
	about: 'one password hash in workerd',
	async run({ measured }) {
		await withBenchWorker('hash', { KEYS: JSON.stringify(freshKeys()) }, async (workerd) => {
			for (let count = 0; count < WARM_UPS; count += 1) await costOf(workerd, '/hash');
			const hashes: Cost[] = [];
			const nothings: Cost[] = [];
			for (let round = 0; round < ROUNDS; round += 1) {
				hashes.push(await costOf(workerd, '/hash'));
				nothings.push(await costOf(workerd, '/nothing'));
			}
			const value = (figure: keyof Cost) =>
				rounded(
					median(hashes.map((cost) => cost[figure])) - median(nothings.map((cost) => cost[figure]))
				);
			measured({ measure: 'password: hash', value: value('wallMs'), unit: 'ms' });
			measured({ measure: 'password: hash, CPU', value: value('cpuMs'), unit: 'ms' });
		});
	}
};

/** Measured from outside: the clock inside workerd stands still while code runs. */
async function costOf({ url, pid }: RunningWorkerd, path: string): Promise<Cost> {
	const cpuBefore = cpuMicroseconds(pid);
	const startedAtMs = performance.now();
	const response = await fetch(url + path);
	await response.text();
	const wallMs = performance.now() - startedAtMs;
	if (!response.ok) throw new Error(`The hash answered ${response.status}`);
	return { wallMs, cpuMs: (cpuMicroseconds(pid) - cpuBefore) / MICROSECONDS_PER_MS };
}
