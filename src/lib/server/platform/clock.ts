/** Hands out the time. Only `compose.ts` and the jobs hold one; the domain gets instants as values. */
export type Clock = { readonly nowMs: () => number };

export const SYSTEM_CLOCK: Clock = { nowMs: () => Date.now() };
