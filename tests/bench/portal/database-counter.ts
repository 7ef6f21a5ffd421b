// Stands between the Worker and the database, makes the way long and counts who goes it.
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { tripsInSequence, type Trip } from './sequence.ts';

/**
 * The way there and back. Longer than anything the Worker computes between two requests, so that
 * what runs side by side overlaps, and what is only begun before the answer ends after it.
 */
const WAY_MS = 150;
const QUIET_MS = 350;
const QUIET_TIMEOUT_MS = 30_000;
const POLL_MS = 10;
// Longer than a client keeps a connection: one it is about to use must not be closed meanwhile.
const KEEP_ALIVE_MS = 65_000;

export type Watched<T> = {
	readonly result: T;
	/** Round trips the answer waited for, one after the other. */
	readonly inSequence: number;
	/** All requests to the database, also those beside and after the answer. */
	readonly total: number;
};

export type DatabaseCounter = {
	readonly url: string;
	readonly watch: <T>(act: () => Promise<T>) => Promise<Watched<T>>;
	/** How often an act went there, without making the way long. */
	readonly count: <T>(
		act: () => Promise<T>
	) => Promise<{ readonly result: T; readonly total: number }>;
	/** Until nothing is under way. A mail sent after an answer comes back to the database late. */
	readonly untilQuiet: () => Promise<void>;
	readonly close: () => Promise<void>;
};

export async function startDatabaseCounter(databasePort: number): Promise<DatabaseCounter> {
	const trips: Trip[] = [];
	const agent = new Agent({ keepAlive: true });
	let isWatching = false;
	let underWay = 0;
	let lastEndMs = 0;

	async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const startMs = performance.now();
		underWay += 1;
		outgoing.once('close', () => {
			underWay -= 1;
			lastEndMs = performance.now();
			trips.push({ startMs, endMs: lastEndMs });
		});
		if (isWatching) await sleep(WAY_MS);
		forward(incoming, outgoing, databasePort, agent);
	}

	async function untilQuiet(): Promise<void> {
		const deadlineMs = performance.now() + QUIET_TIMEOUT_MS;
		while (underWay > 0 || performance.now() - lastEndMs < QUIET_MS) {
			if (performance.now() > deadlineMs) throw new Error('The database does not come to rest');
			await sleep(POLL_MS);
		}
	}

	async function watch<T>(act: () => Promise<T>): Promise<Watched<T>> {
		await untilQuiet();
		trips.length = 0;
		isWatching = true;
		const result = await act();
		const answeredAtMs = performance.now();
		await untilQuiet();
		isWatching = false;
		// The session's mark and the outbox run beside or after the answer (`waitUntil`): no answer can have
		// waited for a trip that was still under way when it came.
		const awaited = trips.filter(({ endMs }) => endMs <= answeredAtMs);
		return { result, inSequence: tripsInSequence(awaited), total: trips.length };
	}

	async function count<T>(act: () => Promise<T>): Promise<{ result: T; total: number }> {
		await untilQuiet();
		trips.length = 0;
		const result = await act();
		await untilQuiet();
		return { result, total: trips.length };
	}

	const server = createServer(
		{ keepAliveTimeout: KEEP_ALIVE_MS },
		(incoming, outgoing) => void serve(incoming, outgoing)
	);
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		url: `http://127.0.0.1:${port}`,
		watch,
		count,
		untilQuiet,
		async close() {
			agent.destroy();
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		}
	};
}

function forward(
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	port: number,
	agent: Agent
): void {
	const { method, url, headers } = incoming;
	const onward = request({ host: '127.0.0.1', port, agent, method, path: url, headers });
	onward.on('response', (answer) => {
		outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(outgoing);
	});
	onward.on('error', () => outgoing.destroy());
	incoming.pipe(onward);
}
