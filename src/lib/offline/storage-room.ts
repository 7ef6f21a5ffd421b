// Whether the browser would really give us more room. Chromium tells every page of ten gigabytes, however full the device
// is, so that nobody is known by it; the truth shows when room is asked for. Nothing is written, nothing stays.
import { isQuotaError } from './reserve.ts';

const PROBE_FILE = 'room';
/** A yes holds so long: photos are added one after the other. */
const YES_HOLDS_MS = 20_000;

let yesUntilMs = 0;

/** False when so many bytes are refused; null where the browser cannot be asked. */
export async function hasRoomFor(bytes: number): Promise<boolean | null> {
	if (performance.now() < yesUntilMs) return true;
	try {
		const folder = await navigator.storage.getDirectory();
		const file = await folder.getFileHandle(PROBE_FILE, { create: true });
		const probe = await file.createWritable();
		try {
			await probe.truncate(bytes);
		} finally {
			// Taken back, not closed: closing would make the file.
			await probe.abort().catch(() => undefined);
			await folder.removeEntry(PROBE_FILE).catch(() => undefined);
		}
		yesUntilMs = performance.now() + YES_HOLDS_MS;
		return true;
	} catch (error) {
		return isQuotaError(error) ? false : null;
	}
}
