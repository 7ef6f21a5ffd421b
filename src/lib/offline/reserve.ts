// A megabyte kept back, so that what is typed can still be saved on a full device: photos are refused long before.
import type { OfflineDatabase } from './database.ts';

const RESERVE_BYTES = 1024 * 1024;
/** More at once is refused by getRandomValues. */
const RANDOM_BYTES = 65_536;
const ID = 'text';

/** Keeps the reserve, unless it is there already. Without space for it there is none: nobody is told. */
export async function keepReserve(database: OfflineDatabase): Promise<void> {
	if (await database.reserve.get(ID)) return;
	const bytes = new Uint8Array(RESERVE_BYTES);
	// Random: zeros would be packed together and hold nothing free.
	for (let at = 0; at < RESERVE_BYTES; at += RANDOM_BYTES) {
		crypto.getRandomValues(bytes.subarray(at, at + RANDOM_BYTES));
	}
	await database.reserve.put({ id: ID, bytes: bytes.buffer }).catch(() => undefined);
}

/** Gives the reserve away for a text that found no room; false where it is gone already. */
export async function freeReserve(database: OfflineDatabase): Promise<boolean> {
	const row = await database.reserve.get(ID);
	await database.reserve.delete(ID);
	return row !== undefined;
}

/** Dexie puts the browser's own error inside its own. */
export function isQuotaError(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (error.name === 'QuotaExceededError') return true;
	const inner: unknown = 'inner' in error ? error.inner : error.cause;
	return inner !== error && isQuotaError(inner);
}
