// The one POST that the service worker answers: photos and PDFs shared to the app from the phone (Chromium). Sealed at once
// for whoever opened the drafts last; without such a person nothing is kept. Raw IndexedDB: a library would weigh on every
// start of the worker.
import {
	INBOX_STORE,
	INTAKES_STORE,
	MAX_SHARED_BYTES,
	MAX_SHARED_FILES,
	sealShared,
	type InboxRow,
	type Intake
} from '#lib/offline/intake.ts';

const DATABASE = 'kundenportal';
const STORES = [INTAKES_STORE, INBOX_STORE];

/** Takes what was shared and leads to it; 303, so that a reload repeats nothing. */
export async function answerShare(request: Request, origin: string): Promise<Response> {
	// A page elsewhere could send a form here: nothing of it is read (F47).
	if (isForeign(request, origin)) return new Response(null, { status: 403 });
	const form = await request.formData();
	const files = form.getAll('files').filter((value) => value instanceof File);
	const size = files.reduce((sum, file) => sum + file.size, 0);
	if (files.length === 0) return leadTo(origin, 'empty');
	if (files.length > MAX_SHARED_FILES || size > MAX_SHARED_BYTES) return leadTo(origin, 'too-much');
	const id = crypto.randomUUID();
	return leadTo(origin, (await keep(id, files)) ? id : 'nobody');
}

/**
 * The system's share sheet is no page: its post comes from no origin and with no referrer. A page that
 * hides both can lay a file into the inbox, where its owner is asked before anything is done with it.
 */
function isForeign(request: Request, origin: string): boolean {
	const named = [request.headers.get('Origin') ?? '', request.referrer];
	return named.some((address) => /^https?:/.test(address) && new URL(address).origin !== origin);
}

function leadTo(origin: string, id: string): Response {
	return Response.redirect(new URL(`/drafts/inbox/${id}`, origin), 303);
}

/** False where nobody has opened drafts on this device, or all were wiped. */
async function keep(id: string, files: readonly File[]): Promise<boolean> {
	const database = await openExisting();
	if (!database) return false;
	try {
		const reading = database.transaction(INTAKES_STORE).objectStore(INTAKES_STORE).getAll();
		const rows: unknown = await ask(reading);
		const last = intakesOf(rows)
			.toSorted((a, b) => a.order - b.order)
			.at(-1);
		if (!last) return false;
		const row: InboxRow = await sealShared(last, id, files);
		const writing = database.transaction(INBOX_STORE, 'readwrite', { durability: 'strict' });
		await ask(writing.objectStore(INBOX_STORE).put(row));
		return true;
	} finally {
		database.close();
	}
}

/** What the room has written, as far as it is what this version of it writes. */
function intakesOf(rows: unknown): readonly Intake[] {
	return Array.isArray(rows) ? rows.filter(isIntake) : [];
}

function isIntake(row: unknown): row is Intake {
	return (
		typeof row === 'object' &&
		row !== null &&
		'accountRef' in row &&
		'publicKey' in row &&
		row.publicKey instanceof ArrayBuffer &&
		'order' in row
	);
}

/** Never makes the database: that is the room's. Null where it is not there, or of an older version. */
function openExisting(): Promise<IDBDatabase | null> {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open(DATABASE);
		opening.onupgradeneeded = () => opening.transaction?.abort();
		opening.onerror = () =>
			opening.error?.name === 'AbortError' ? resolve(null) : reject(errorOf(opening));
		opening.onsuccess = () => {
			const { result } = opening;
			const isReady = STORES.every((name) => result.objectStoreNames.contains(name));
			if (!isReady) result.close();
			resolve(isReady ? result : null);
		};
	});
}

function ask<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(errorOf(request));
	});
}

function errorOf(request: IDBRequest): Error {
	return new Error('the inbox could not be used', { cause: request.error });
}
