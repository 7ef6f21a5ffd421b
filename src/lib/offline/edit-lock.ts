// One tab edits a draft. A second one may take over: it asks first, and only then takes the lock away.
import { isOwnMessage } from './own-message.ts';

const TAKE_OVER_LIMIT_MS = 1500;
const CHANNEL = 'kundenportal-edit';

export function editLockName(draftId: string): string {
	return `kundenportal-draft-${draftId}`;
}

export class EditLock {
	readonly #name: string;
	readonly #draftId: string;
	readonly #channel = new BroadcastChannel(CHANNEL);
	readonly #onLost: () => Promise<void> | void;
	#release: (() => void) | null = null;

	/** `onLost` saves what is open; it is awaited where the other tab asked politely. */
	constructor(draftId: string, onLost: () => Promise<void> | void) {
		this.#name = editLockName(draftId);
		this.#draftId = draftId;
		this.#onLost = onLost;
		this.#channel.onmessage = (message: MessageEvent<unknown>) => {
			if (isOwnMessage(message, this.#draftId) && this.#release) void this.#giveUp();
		};
	}

	/** Whether this tab may edit now. */
	tryTake(): Promise<boolean> {
		return this.#request({ ifAvailable: true });
	}

	/** Asks the other tab to save and let go; takes the lock away from a tab that does not answer. */
	async takeOver(): Promise<void> {
		this.#channel.postMessage(this.#draftId);
		const wait = { signal: AbortSignal.timeout(TAKE_OVER_LIMIT_MS) };
		const isTaken = await this.#request(wait).catch(() => false);
		if (!isTaken) await this.#request({ steal: true });
	}

	close(): void {
		this.#channel.close();
		this.#release?.();
		this.#release = null;
	}

	async #giveUp(): Promise<void> {
		await this.#onLost();
		this.#release?.();
		this.#release = null;
	}

	#request(options: LockOptions): Promise<boolean> {
		return new Promise((resolve, reject) => {
			navigator.locks
				.request(this.#name, options, (lock) => {
					resolve(lock !== null);
					if (!lock) return undefined;
					return new Promise<void>((release) => (this.#release = release));
				})
				.catch((error: unknown) => {
					// Rejected before it was granted, or stolen by another tab after that.
					const wasHeld = this.#release !== null;
					this.#release = null;
					if (wasHeld) void this.#onLost();
					reject(error instanceof Error ? error : new Error('the lock was refused'));
				});
		});
	}
}
