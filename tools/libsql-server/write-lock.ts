// SQLite lets one connection write at a time. Here a stream that meets the lock of another waits
// without holding up the event loop, so that the other can be served and come to its end.
import { canBeWaitedFor } from './errors.ts';

// Only a lock held by another process goes away without a word.
const POLL_MS = 20;

type Place = { wake: () => void };

export class WriteLock {
	readonly #limitMs: number;
	readonly #line: Place[] = [];
	#isClosed = false;

	constructor(limitMs: number) {
		this.#limitMs = limitMs;
	}

	/** Repeats `attempt` until it meets no lock; past the limit its SQLITE_BUSY stands. */
	async waitFor<T>(attempt: () => T): Promise<T> {
		const deadlineMs = performance.now() + this.#limitMs;
		let place: Place | null = null;
		try {
			for (;;) {
				try {
					return attempt();
				} catch (error) {
					const isOver = this.#isClosed || performance.now() >= deadlineMs;
					if (isOver || !canBeWaitedFor(error)) throw error;
				}
				place ??= this.#joinLine();
				await this.#sleep(place, deadlineMs);
			}
		} finally {
			if (place !== null) this.#leaveLine(place);
		}
	}

	/** Gives the first in line its chance before anybody new can take it. */
	announceRelease(): void {
		this.#line[0]?.wake();
	}

	close(): void {
		this.#isClosed = true;
		for (const place of this.#line) place.wake();
	}

	#joinLine(): Place {
		const place = { wake: () => undefined };
		this.#line.push(place);
		return place;
	}

	#leaveLine(place: Place): void {
		this.#line.splice(this.#line.indexOf(place), 1);
		this.announceRelease();
	}

	#sleep(place: Place, deadlineMs: number): Promise<void> {
		const restMs = Math.max(0, deadlineMs - performance.now());
		const sleepMs = place === this.#line[0] ? Math.min(POLL_MS, restMs) : restMs;
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, sleepMs);
			place.wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}
}
