import { decodeBase32IgnorePadding } from '@oslojs/encoding';
import { generateHOTP } from '@oslojs/otp';

const STEP_MS = 30_000;
/** A code asked for in the last seconds of its step could be stale when it arrives. */
const SPARE_MS = 6_000;

/** Codes of one authenticator app. Each is handed out once: the portal takes a code only once. */
export class Authenticator {
	/** By secret: several tests of one worker process may sign in the same person. */
	static readonly #lastSteps = new Map<string, number>();
	readonly #name: string;
	readonly #secret: Uint8Array;

	readonly #forgetStep: (() => Promise<unknown>) | undefined;

	/** @param forgetStep makes the portal forget which step was used: nobody waits half a minute for the next code. */
	constructor(secretText: string, forgetStep?: () => Promise<unknown>) {
		this.#forgetStep = forgetStep;
		this.#name = secretText.replace(/\s/g, '');
		this.#secret = decodeBase32IgnorePadding(this.#name);
	}

	/** The code the app shows now; waits for the next one when this one may not be used again or is about to end. */
	async nextCode(): Promise<string> {
		for (;;) {
			const now = Date.now();
			const step = Math.floor(now / STEP_MS);
			const leftMs = (step + 1) * STEP_MS - now;
			const isNew = step > (Authenticator.#lastSteps.get(this.#name) ?? 0);
			if ((isNew || this.#forgetStep) && leftMs > SPARE_MS) {
				await this.#forgetStep?.();
				Authenticator.#lastSteps.set(this.#name, step);
				return generateHOTP(this.#secret, BigInt(step), 6);
			}
			await new Promise((resolve) => setTimeout(resolve, leftMs + 100));
		}
	}

	/** A code that is certainly wrong now. */
	wrongCode(): string {
		const right = generateHOTP(this.#secret, BigInt(Math.floor(Date.now() / STEP_MS)), 6);
		return right === '000000' ? '000001' : '000000';
	}
}
