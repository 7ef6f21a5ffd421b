// A thread of its own: the database of the stack runs in the main one and would be measured with it.
import { Agent, get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadOrder, LoadResult } from './load-order.ts';
import { median } from './median.ts';
import { USER_AGENT } from '../portal/visitor.ts';

function readOrder(data: unknown): LoadOrder {
	return data as LoadOrder;
}

async function load(order: LoadOrder): Promise<LoadResult> {
	const { connections, maxMs, maxRequests } = order;
	const agent = new Agent({ keepAlive: true, maxSockets: connections });
	const startedAtMs = performance.now();
	const durations: number[] = [];
	let begun = 0;
	const askAgain = async () => {
		while (begun < maxRequests && performance.now() - startedAtMs < maxMs) {
			begun += 1;
			const askedAtMs = performance.now();
			await ask(order, agent);
			durations.push(performance.now() - askedAtMs);
		}
	};
	await Promise.all(Array.from({ length: connections }, askAgain));
	const seconds = (performance.now() - startedAtMs) / 1000;
	agent.destroy();
	return { requests: durations.length, seconds, medianMs: median(durations) };
}

function ask({ url, cookie }: LoadOrder, agent: Agent): Promise<void> {
	return new Promise((done, failed) => {
		const headers = {
			accept: 'text/html',
			...(cookie && { cookie, 'user-agent': USER_AGENT })
		};
		get(url, { agent, headers }, (response) => {
			response.resume();
			response.on('end', () => {
				if (response.statusCode === 200) done();
				else failed(new Error(`${url} answered ${response.statusCode ?? 0}`));
			});
			response.on('error', failed);
		}).on('error', failed);
	});
}

parentPort?.postMessage(await load(readOrder(workerData)));
