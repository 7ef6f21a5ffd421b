// A stream is a client's conversation with one connection. Its baton changes with every answer, so
// that a request can neither be repeated nor overtake another.
import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { ProtocolError, StreamExpiredError } from './errors.ts';
import type { WriteLock } from './write-lock.ts';

export class Stream {
	readonly id = randomUUID();
	readonly storedSql = new Map<number, string>();
	sequence = 0;
	isInUse = true;
	idleTimer: NodeJS.Timeout | undefined;
	#connection: Connection | null;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	get isOpen(): boolean {
		return this.#connection !== null;
	}

	/** The connection as long as the client has not closed the stream. */
	get connection(): Connection {
		if (this.#connection === null) throw new ProtocolError('The stream has been closed');
		return this.#connection;
	}

	takeConnection(): Connection | null {
		const connection = this.#connection;
		this.#connection = null;
		return connection;
	}
}

// Enough to tell a late client why its stream is gone, without growing for ever.
const MAX_EXPIRED_IDS = 1000;

export class Streams {
	readonly #pool: ConnectionPool;
	readonly #lock: WriteLock;
	readonly #idleMs: number;
	readonly #byId = new Map<string, Stream>();
	readonly #expiredIds = new Set<string>();

	constructor(pool: ConnectionPool, lock: WriteLock, idleMs: number) {
		this.#pool = pool;
		this.#lock = lock;
		this.#idleMs = idleMs;
	}

	get openCount(): number {
		return this.#byId.size;
	}

	/** The stream of the baton, or a new one; nobody else can take it until it is released. */
	acquire(baton: string | null): Stream {
		if (baton === null) {
			const stream = new Stream(this.#pool.take());
			this.#byId.set(stream.id, stream);
			return stream;
		}
		const [id = '', sequence] = baton.split('.');
		if (this.#expiredIds.has(id)) throw new StreamExpiredError();
		const stream = this.#byId.get(id);
		if (stream === undefined) throw new ProtocolError('Received an invalid baton');
		if (stream.isInUse || sequence !== String(stream.sequence)) {
			throw new ProtocolError('Received a baton that has already been used');
		}
		clearTimeout(stream.idleTimer);
		stream.isInUse = true;
		stream.sequence += 1;
		return stream;
	}

	/** The baton for the next request; null when the stream has come to its end. */
	release(stream: Stream): string | null {
		if (!stream.isOpen) return null;
		stream.isInUse = false;
		stream.idleTimer = setTimeout(() => this.expire(stream), this.#idleMs);
		return `${stream.id}.${stream.sequence}`;
	}

	expire(stream: Stream): void {
		this.close(stream);
		this.#expiredIds.add(stream.id);
		const [oldest] = this.#expiredIds;
		if (oldest !== undefined && this.#expiredIds.size > MAX_EXPIRED_IDS) {
			this.#expiredIds.delete(oldest);
		}
	}

	close(stream: Stream): void {
		clearTimeout(stream.idleTimer);
		this.#byId.delete(stream.id);
		const connection = stream.takeConnection();
		if (connection === null) return;
		this.#pool.giveBack(connection);
		this.#lock.announceRelease();
	}

	closeAll(): void {
		for (const stream of [...this.#byId.values()]) this.close(stream);
	}
}
