// A DEVELOPMENT TOOL. Serves one SQLite file over Hrana (HTTP, versions 2 and 3) with the embedded
// libSQL engine, so that the Worker and the tests run the code path of production without a
// container. It has neither TLS, nor replication, nor backups: production runs libsql-server (sqld).
import { createServer, type Server } from 'node:http';
import { ConnectionPool } from './connection-pool.ts';
import { Control, type ControlOptions, type Stats } from './control.ts';
import type { ConstraintCodes } from './errors.ts';
import { Executor } from './execute.ts';
import { serve, type Parts } from './serve.ts';
import { Streams } from './streams.ts';
import { WriteLock } from './write-lock.ts';

export type LibsqlServerOptions = {
	readonly file: string;
	/** Default 127.0.0.1: the server is not made for a network. */
	readonly host?: string;
	/** 0, the default, takes a free port. */
	readonly port?: number;
	/** When given, every request but the version probes must bear it. */
	readonly authToken?: string;
	/** Opens /__stats and /__control, and `control()`. */
	readonly control?: boolean;
	/** After this time without a request a stream is rolled back and closed. */
	readonly idleStreamMs?: number;
	/** Default `extended`; `basic` is what sqld answers. */
	readonly constraintCodes?: ConstraintCodes;
};

export type LibsqlServer = {
	readonly url: string;
	readonly port: number;
	stats(): Stats;
	control(options: ControlOptions): void;
	close(): Promise<void>;
};

const SECOND_MS = 1000;
// sqld takes the lock from a transaction after five seconds.
const DEFAULT_IDLE_STREAM_MS = 5 * SECOND_MS;
// Longer than a stream may idle: who waits for an abandoned transaction comes to their turn.
const LOCK_WAIT_MARGIN_MS = SECOND_MS;
// Longer than clients keep a connection: one they are about to use must not be closed meanwhile.
const KEEP_ALIVE_MS = 65 * SECOND_MS;
const CLOSE_GRACE_MS = SECOND_MS;

export async function startLibsqlServer(options: LibsqlServerOptions): Promise<LibsqlServer> {
	const { host = '127.0.0.1', idleStreamMs = DEFAULT_IDLE_STREAM_MS } = options;
	const pool = new ConnectionPool(options.file, options.constraintCodes ?? 'extended');
	const lock = new WriteLock(idleStreamMs + LOCK_WAIT_MARGIN_MS);
	const streams = new Streams(pool, lock, idleStreamMs);
	const closing = new AbortController();
	const parts = assembleParts(options, streams, lock, closing.signal);
	const running = new Set<Promise<void>>();
	const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
		const work = serve(parts, request, response).finally(() => running.delete(work));
		running.add(work);
	});

	async function close(): Promise<void> {
		if (closing.signal.aborted) return;
		closing.abort();
		lock.close();
		await closeHttp(server, running);
		streams.closeAll();
		pool.close();
	}

	const port = await listen(server, options.port ?? 0, host).catch((error: unknown) => {
		pool.close();
		throw error;
	});
	return {
		url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
		port,
		stats: parts.stats,
		control(controlOptions) {
			if (!parts.isControlOpen) throw new Error('Started without { control: true }');
			parts.control.apply(controlOptions);
		},
		close
	};
}

function assembleParts(
	options: LibsqlServerOptions,
	streams: Streams,
	lock: WriteLock,
	closing: AbortSignal
): Parts {
	const control = new Control();
	return {
		streams,
		control,
		closing,
		executor: new Executor(lock, () => {
			control.statements += 1;
		}),
		isControlOpen: options.control === true,
		authToken: options.authToken,
		stats: () => ({
			pipelines: control.pipelines,
			statements: control.statements,
			openStreams: streams.openCount
		})
	};
}

function listen(server: Server, port: number, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			const address = server.address();
			resolve(typeof address === 'object' && address !== null ? address.port : port);
		});
	});
}

/** Lets requests finish that need no more than a moment; an unfinished upload is cut off. */
async function closeHttp(server: Server, running: ReadonlySet<Promise<void>>): Promise<void> {
	const closed = new Promise((resolve) => server.close(resolve));
	const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
	await Promise.allSettled(running);
	clearTimeout(grace);
	server.closeAllConnections();
	await closed;
}
