// One tab sends at a time, and a burst of wake-ups (online, focus, timer) becomes one round. The lock of a tab that the
// browser has frozen would be held for ever: whoever wants it asks, and takes it from a holder that does not answer.
import { isOwnMessage } from './own-message.ts';

const LOCK = 'kundenportal-sender';
const CHANNEL = 'kundenportal-sender';
const ARE_YOU_THERE = 'are-you-there';
const HERE = 'here';
/** A tab in the background answers within a second. No clock is compared between tabs (I6). */
const ANSWER_LIMIT_MS = 4_000;
/** Longer than this the other tabs are not kept away from a server that wants a pause. */
const LONGEST_HOLD_MS = 5 * 60_000;

/** What a round leaves: when to come again, and for how long the server wants to be left alone. */
export type Round = { readonly nextMs: number | null; readonly quietMs: number };

export class Sender {
	readonly #drain: (lead: AbortSignal) => Promise<Round>;
	readonly #plan: (delayMs: number) => void;
	readonly #channel = new BroadcastChannel(CHANNEL);
	#isDraining = false;
	#isWanted = false;
	#isHolder = false;
	#onAnswer: (() => void) | null = null;
	#endHold: (() => void) | null = null;

	/** `drain` sends what waits until its signal says that another tab leads; `plan` sees to the next round. */
	constructor(drain: (lead: AbortSignal) => Promise<Round>, plan: (delayMs: number) => void) {
		this.#drain = drain;
		this.#plan = plan;
		this.#channel.onmessage = (message: MessageEvent<unknown>) => {
			if (isOwnMessage(message, HERE)) this.#onAnswer?.();
			if (isOwnMessage(message, ARE_YOU_THERE) && this.#isHolder) this.#channel.postMessage(HERE);
		};
	}

	async wake(): Promise<void> {
		this.#isWanted = true;
		if (this.#isDraining) return;
		this.#isDraining = true;
		try {
			while (this.#isWanted) {
				this.#isWanted = false;
				if (await this.#lead({ ifAvailable: true })) continue;
				if (!(await this.#isHolderThere())) await this.#lead({ steal: true });
			}
		} finally {
			this.#isDraining = false;
		}
	}

	/** Ends a pause at once: the drafts are locked, or the page is left. */
	letGo(): void {
		this.#endHold?.();
	}

	close(): void {
		this.#channel.close();
		this.letGo();
	}

	/** One round as the only sender; false when another tab has the lock. */
	async #lead(options: LockOptions): Promise<boolean> {
		const lead = new AbortController();
		let isGranted = false;
		try {
			await navigator.locks.request(LOCK, options, async (lock) => {
				if (!lock) return;
				isGranted = true;
				this.#isHolder = true;
				const { nextMs, quietMs } = await this.#drain(lead.signal);
				if (nextMs !== null) this.#plan(nextMs);
				// Held until then, so that no other tab asks a server that wants to be left alone.
				if (quietMs > 0) await this.#hold(Math.min(quietMs, LONGEST_HOLD_MS));
			});
		} catch (error) {
			// Taken away while this tab was frozen: the other one has gone on from what lies on the device.
			if (!isAbort(error)) throw error;
			lead.abort();
		} finally {
			this.#isHolder = false;
		}
		return isGranted;
	}

	#hold(forMs: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, forMs);
			this.#endHold = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}

	#isHolderThere(): Promise<boolean> {
		return new Promise((resolve) => {
			const timer = setTimeout(() => resolve(false), ANSWER_LIMIT_MS);
			this.#onAnswer = () => {
				clearTimeout(timer);
				resolve(true);
			};
			this.#channel.postMessage(ARE_YOU_THERE);
		});
	}
}

function isAbort(error: unknown): boolean {
	return error instanceof DOMException && error.name === 'AbortError';
}
