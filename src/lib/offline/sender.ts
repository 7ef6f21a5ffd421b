// One tab sends at a time, and a burst of wake-ups (online, focus, timer) becomes one round.
const SENDER_LOCK = 'kundenportal-sender';

export class Sender {
	readonly #drain: () => Promise<number | null>;
	readonly #plan: (delayMs: number) => void;
	#isDraining = false;
	#isWanted = false;

	/** `drain` sends what waits and says when to come again; `plan` sees to that. */
	constructor(drain: () => Promise<number | null>, plan: (delayMs: number) => void) {
		this.#drain = drain;
		this.#plan = plan;
	}

	async wake(): Promise<void> {
		this.#isWanted = true;
		if (this.#isDraining) return;
		this.#isDraining = true;
		try {
			while (this.#isWanted) {
				this.#isWanted = false;
				await navigator.locks.request(SENDER_LOCK, { ifAvailable: true }, async (lock) => {
					const nextMs = lock ? await this.#drain() : null;
					if (nextMs !== null) this.#plan(nextMs);
				});
			}
		} finally {
			this.#isDraining = false;
		}
	}
}
