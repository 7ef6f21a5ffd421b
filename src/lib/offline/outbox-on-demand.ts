// The outbox is loaded when there is something to send: most visits send nothing.
import type { Outbox, OutboxParts } from './outbox.ts';
import type { Round } from './sender.ts';

const REST: Round = { nextMs: null, quietMs: 0 };
/** Its file did not come: soon again, as after any other break of the network. */
const NOT_LOADED: Round = { nextMs: 20_000, quietMs: 0 };

export class OutboxOnDemand {
	readonly #parts: OutboxParts;
	readonly #hasWork: () => boolean;
	#Outbox: typeof Outbox | null = null;
	#outbox: Outbox | null = null;
	#isStopped = false;

	constructor(parts: OutboxParts, hasWork: () => boolean) {
		this.#parts = parts;
		this.#hasWork = hasWork;
	}

	/** What is sent from a form must not wait for a file: the form brings the outbox with it. */
	bring(brought: typeof Outbox): void {
		this.#Outbox = brought;
	}

	/** Goes once through all claims that are on their way; see `Outbox.drain`. */
	async drain(lead: AbortSignal): Promise<Round> {
		if (!this.#hasWork()) return REST;
		this.#Outbox ??= await import('./outbox.ts').then(
			(loaded) => loaded.Outbox,
			() => null
		);
		if (!this.#Outbox) {
			this.#parts.onContact('offline');
			return NOT_LOADED;
		}
		this.#outbox ??= new this.#Outbox(this.#parts);
		// Locked while it was being loaded: nothing of this account leaves the device any more.
		if (this.#isStopped) this.#outbox.stop();
		return this.#outbox.drain(lead);
	}

	hurry(): void {
		this.#outbox?.hurry();
	}

	stop(): void {
		this.#isStopped = true;
		this.#outbox?.stop();
	}
}
