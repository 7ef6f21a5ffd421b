import {
	CODE_WORKER,
	READING_CACHE,
	READING_FOLDER,
	totalBytes,
	type ReadingFile
} from './files.ts';

/** Whether all of these files lie on the device already. */
export async function areOnDevice(files: readonly ReadingFile[]): Promise<boolean> {
	try {
		const cache = await caches.open(READING_CACHE);
		const found = await Promise.all(files.map(({ path }) => cache.match(path)));
		return found.every(Boolean);
	} catch {
		return false;
	}
}

/**
 * Fetches what is missing and keeps it for the time without network. Throws where there is none now.
 * `onProgress` gets the share of the bytes that is here, 0 to 1.
 */
export async function downloadFiles(
	files: readonly ReadingFile[],
	onProgress: (share: number) => void
): Promise<void> {
	const cache = await caches.open(READING_CACHE);
	const total = totalBytes(files);
	let done = 0;
	for (const { path, bytes } of files) {
		if (!(await cache.match(path))) {
			const answer = await fetch(path, { cache: 'no-cache' });
			if (!answer.ok || !answer.body) throw new Error('a file for reading is not there');
			const before = done;
			let received = 0;
			const counted = answer.body.pipeThrough(
				new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
					transform(part, controller) {
						received += part.length;
						onProgress(Math.min(1, (before + received) / total));
						controller.enqueue(part);
					}
				})
			);
			// Put whole or not at all: a stream that breaks off leaves no entry.
			await cache.put(path, new Response(counted, { headers: answer.headers }));
		}
		done += bytes;
		onProgress(done / total);
	}
	for (const old of await cache.keys()) {
		const { pathname } = new URL(old.url);
		const isOurs = pathname.startsWith(`${READING_FOLDER}/`) || pathname === CODE_WORKER.path;
		if (!isOurs) await cache.delete(old);
	}
}
