// What tests may ask of the server beside SQL: counters, a slow network and failures on demand.
import { setTimeout as sleep } from 'node:timers/promises';
import { ProtocolError } from './errors.ts';
import { readFields } from './hrana.ts';

/**
 * `drop` cuts the connection before anything runs, `drop-answer` after everything ran, `500` answers
 * as a broken proxy would, `stream-expired` as sqld does when the client was idle for too long.
 */
export type FailMode = 'drop' | 'drop-answer' | '500' | 'stream-expired';

export type ControlOptions = {
	/** Time every pipeline waits before it runs: the way to the database and back. */
	readonly delayMs?: number;
	/** How many pipelines from now on fail. */
	readonly failNext?: number;
	readonly failMode?: FailMode;
	/** First sets the counters to zero and takes back earlier delays and failures. */
	readonly reset?: boolean;
};

export type Stats = {
	readonly pipelines: number;
	readonly statements: number;
	readonly openStreams: number;
};

const FAIL_MODES: readonly FailMode[] = ['drop', 'drop-answer', '500', 'stream-expired'];

export class Control {
	pipelines = 0;
	statements = 0;
	#delayMs = 0;
	#failuresLeft = 0;
	#failMode: FailMode = '500';

	apply({ reset = false, delayMs, failNext, failMode }: ControlOptions): void {
		if (reset) {
			this.pipelines = 0;
			this.statements = 0;
			this.#delayMs = 0;
			this.#failuresLeft = 0;
			this.#failMode = '500';
		}
		this.#delayMs = delayMs ?? this.#delayMs;
		this.#failuresLeft = failNext ?? this.#failuresLeft;
		this.#failMode = failMode ?? this.#failMode;
	}

	/** Counts a pipeline, lets it wait, and says how it has to fail, if at all. */
	async admit(signal: AbortSignal): Promise<FailMode | null> {
		this.pipelines += 1;
		const isToFail = this.#failuresLeft > 0;
		if (isToFail) this.#failuresLeft -= 1;
		const failMode = this.#failMode;
		if (this.#delayMs > 0) await sleep(this.#delayMs, undefined, { signal }).catch(() => undefined);
		return isToFail ? failMode : null;
	}
}

export function parseControlOptions(body: unknown): ControlOptions {
	const { delayMs, failNext, failMode, reset, ...unknown } = readFields(body, 'body');
	const [surplus] = Object.keys(unknown);
	if (surplus !== undefined) throw new ProtocolError(`Unknown key: ${surplus}`);
	const mode = FAIL_MODES.find((known) => known === failMode);
	if (failMode !== undefined && mode === undefined) {
		throw new ProtocolError(`Expected one of ${FAIL_MODES.join(', ')}: failMode`);
	}
	if (reset !== undefined && typeof reset !== 'boolean') {
		throw new ProtocolError('Expected a boolean: reset');
	}
	return {
		...(delayMs === undefined ? {} : { delayMs: readCount(delayMs, 'delayMs') }),
		...(failNext === undefined ? {} : { failNext: readCount(failNext, 'failNext') }),
		...(mode === undefined ? {} : { failMode: mode }),
		...(reset === undefined ? {} : { reset })
	};
}

function readCount(value: unknown, name: string): number {
	if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
	throw new ProtocolError(`Expected a whole number from 0 on: ${name}`);
}
