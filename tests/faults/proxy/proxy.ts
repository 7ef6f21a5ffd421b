// Stands in front of the Worker or of the database and does to requests what networks do. Only loopback.
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rules, type Act, type Rule } from './rules.ts';

export type Seen = {
	readonly method: string;
	readonly path: string;
	/** 0 where the asker got none. */
	status: number;
	readonly bodyBytes: number;
	readonly cookie: string;
	/** Bodies of the answers from behind, replays included. */
	readonly answers: string[];
	readonly beganAtMs: number;
	answeredAtMs: number;
};

export type FaultProxy = {
	readonly port: number;
	/** Everything that has come in, in order. */
	readonly seen: Seen[];
	on(rule: Rule): () => void;
	clear(): void;
	readonly close: () => Promise<void>;
};

type Answer = {
	readonly status: number;
	readonly headers: IncomingMessage['headers'];
	readonly body: Buffer;
};

class Cut extends Error {}

/** Listens on `port` (0: a free one) and passes on to 127.0.0.1:`targetPort()`. */
export async function startFaultProxy(port: number, targetPort: () => number): Promise<FaultProxy> {
	const rules = new Rules();
	const seen: Seen[] = [];
	const agent = new Agent({ keepAlive: true });
	const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
		void pass(incoming, outgoing).catch(() => outgoing.destroy());
	});

	async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const { method = 'GET', url = '/' } = incoming;
		const act = rules.take(method, url);
		if (act?.do === 'drop' || act?.do === 'lose') {
			incoming.destroy();
			seen.push(entryOf(incoming, 0));
			return;
		}
		const body = await buffer(incoming);
		const entry = entryOf(incoming, body.length);
		seen.push(entry);
		const end = act
			? await carryOut(act, incoming, body, entry)
			: await send(incoming, body, entry);
		if (end === null || outgoing.destroyed) return void outgoing.destroy();
		entry.status = end.answer.status;
		entry.answeredAtMs = performance.now();
		writeAnswer(outgoing, method, end);
	}

	async function carryOut(
		act: Act,
		incoming: IncomingMessage,
		body: Buffer,
		entry: Seen
	): Promise<Outcome | null> {
		switch (act.do) {
			case 'drop':
			case 'lose':
				return null;
			case 'answer':
				return {
					answer: {
						status: act.status,
						headers: act.headers ?? {},
						body: Buffer.from(act.body ?? '')
					}
				};
			case 'cut-request':
				await forward(incoming, body, { cutAtByte: act.atByte }).catch(() => undefined);
				return null;
			case 'throttle':
				return send(incoming, body, entry, { bytesPerSecond: act.bytesPerSecond });
			case 'cut-answer': {
				const { answer } = await send(incoming, body, entry);
				return { answer, cutAtByte: act.atByte };
			}
			case 'swallow':
				await send(incoming, body, entry);
				return null;
			case 'delay': {
				const outcome = await send(incoming, body, entry);
				await sleep(act.ms, undefined, { ref: false });
				return outcome;
			}
			case 'replay': {
				const outcome = await send(incoming, body, entry);
				for (let time = 0; time < act.times; time++) await send(incoming, body, entry);
				return outcome;
			}
			case 'rewrite': {
				const { answer } = await send(incoming, body, entry);
				const changed = Buffer.from(act.change(answer.body.toString('utf8')));
				return { answer: { ...answer, body: changed } };
			}
			case 'first':
				return (await act.run()) === 'pass' ? send(incoming, body, entry) : null;
		}
	}

	async function send(
		incoming: IncomingMessage,
		body: Buffer,
		entry: Seen,
		how: How = {}
	): Promise<Outcome> {
		const answer = await forward(incoming, body, how);
		entry.answers.push(answer.body.toString('utf8'));
		return { answer };
	}

	function forward(incoming: IncomingMessage, body: Buffer, how: How): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const headers = { ...incoming.headers };
			delete headers['transfer-encoding'];
			// The answer is looked into.
			delete headers['accept-encoding'];
			// And always a whole one.
			delete headers['if-none-match'];
			delete headers['if-modified-since'];
			if (body.length > 0) headers['content-length'] = String(body.length);
			const onward = request(
				{
					...{ host: '127.0.0.1', port: targetPort(), agent, headers },
					method: incoming.method,
					path: incoming.url
				},
				(answer) => {
					buffer(answer).then(
						(bytes) =>
							resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
						reject
					);
				}
			);
			onward.on('error', reject);
			void writeBody(onward, body, how).catch((error: unknown) => {
				onward.destroy();
				reject(error instanceof Error ? error : new Cut());
			});
		});
	}

	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	const address = server.address();
	return {
		port: typeof address === 'object' && address ? address.port : port,
		seen,
		on: (rule) => rules.add(rule),
		clear: () => rules.clear(),
		close: () =>
			new Promise((resolve) => {
				agent.destroy();
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
}

type How = { readonly cutAtByte?: number; readonly bytesPerSecond?: number };
type Outcome = { readonly answer: Answer; readonly cutAtByte?: number };

const SLICES_PER_SECOND = 20;

async function writeBody(
	onward: ReturnType<typeof request>,
	body: Buffer,
	{ cutAtByte, bytesPerSecond }: How
): Promise<void> {
	if (cutAtByte !== undefined) {
		await new Promise<void>((resolve) =>
			onward.write(body.subarray(0, cutAtByte), () => resolve())
		);
		throw new Cut();
	}
	if (bytesPerSecond === undefined) return void onward.end(body);
	const slice = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND));
	for (let at = 0; at < body.length; at += slice) {
		onward.write(body.subarray(at, at + slice));
		await sleep(1000 / SLICES_PER_SECOND);
	}
	onward.end();
}

function writeAnswer(
	outgoing: ServerResponse,
	method: string,
	{ answer, cutAtByte }: Outcome
): void {
	const { status, headers, body } = answer;
	const kept = { ...headers };
	delete kept['transfer-encoding'];
	delete kept['connection'];
	const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
	if (hasBody) kept['content-length'] = String(body.length);
	outgoing.writeHead(status, kept);
	if (cutAtByte === undefined) return void outgoing.end(hasBody ? body : undefined);
	outgoing.write(body.subarray(0, cutAtByte), () => outgoing.destroy());
}

function entryOf(incoming: IncomingMessage, bodyBytes: number): Seen {
	return {
		method: incoming.method ?? 'GET',
		path: incoming.url ?? '/',
		status: 0,
		bodyBytes,
		cookie: incoming.headers.cookie ?? '',
		answers: [],
		beganAtMs: performance.now(),
		answeredAtMs: Infinity
	};
}
