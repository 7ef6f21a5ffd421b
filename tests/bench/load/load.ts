import { Worker } from 'node:worker_threads';
import type { LoadOrder, LoadResult } from './load-order.ts';

/** Asks for one page again and again, over a few connections that stay open. */
export function load(order: LoadOrder): Promise<LoadResult> {
	return new Promise((done, failed) => {
		const thread = new Worker(new URL('./load-thread.ts', import.meta.url), { workerData: order });
		thread.once('message', (result: LoadResult) => done(result));
		thread.once('error', failed);
		thread.once('exit', () => failed(new Error('The loading thread ended without an answer')));
	});
}
