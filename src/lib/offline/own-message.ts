/** Whether a message comes from a worker that we started, or its starter: no other window's has no origin (W9). */
export function isFromWorker({ origin }: Pick<MessageEvent<unknown>, 'origin'>): boolean {
	return origin === '';
}

/**
 * Whether a message between our tabs is the one expected. A channel hears its own origin only, but
 * not only this version of us: what has another origin or shape is dropped (W9).
 */
export function isOwnMessage(
	{ origin, data }: Pick<MessageEvent<unknown>, 'origin' | 'data'>,
	expected: string
): boolean {
	return origin === location.origin && data === expected;
}
