export type Trip = { readonly startMs: number; readonly endMs: number };

/**
 * How many trips had to wait for one another: the longest row of them in which each begins after the
 * one before has ended. Trips at the same time count once, as they cost the time of one.
 */
export function tripsInSequence(trips: readonly Trip[]): number {
	let count = 0;
	let lastEndMs = -Infinity;
	for (const { startMs, endMs } of trips.toSorted((a, b) => a.endMs - b.endMs)) {
		if (startMs < lastEndMs) continue;
		count += 1;
		lastEndMs = endMs;
	}
	return count;
}
