import { performance } from 'node:perf_hooks';
import { median } from './median.ts';

const LOOKS = 40;

/** How long an act takes, in the middle of forty. */
export async function medianMs(act: () => Promise<unknown>): Promise<number> {
	const times: number[] = [];
	for (let count = 0; count < LOOKS; count += 1) {
		const startedMs = performance.now();
		await act();
		times.push(performance.now() - startedMs);
	}
	return median(times);
}
