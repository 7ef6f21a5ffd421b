import { Connection } from './connection.ts';
import type { ConstraintCodes } from './errors.ts';

// Opening a connection costs about a millisecond, thirty times a small query: it reads the schema.
const MAX_SPARE_CONNECTIONS = 8;

export class ConnectionPool {
	readonly #file: string;
	readonly #constraintCodes: ConstraintCodes;
	readonly #spare: Connection[] = [];
	#isClosed = false;

	constructor(file: string, constraintCodes: ConstraintCodes) {
		this.#file = file;
		this.#constraintCodes = constraintCodes;
		const first = new Connection(file, constraintCodes);
		first.enableWriteAheadLog();
		this.#spare.push(first);
	}

	take(): Connection {
		return this.#spare.pop() ?? new Connection(this.#file, this.#constraintCodes);
	}

	/** Ends what the connection was doing, and keeps it for the next stream when it is as new. */
	giveBack(connection: Connection): void {
		connection.rollback();
		const isKept =
			connection.isReusable && !this.#isClosed && this.#spare.length < MAX_SPARE_CONNECTIONS;
		if (isKept) this.#spare.push(connection);
		else connection.close();
	}

	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		const last = this.take();
		for (const connection of this.#spare.splice(0)) connection.close();
		last.checkpoint();
		last.close();
	}
}
