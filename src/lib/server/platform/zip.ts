import { Zip, ZipPassThrough } from 'fflate';

/** One file of an archive; its bytes are asked for when the archive has come so far. */
export type ZipEntry = {
	readonly path: string;
	readonly changedAtMs: number;
	readonly open: () => ReadableStream<Uint8Array>;
};

/**
 * A ZIP archive that grows as its reader takes it: no file is held whole, so that many photos fit
 * through a Worker. Stored, not packed: photos and PDFs are packed already.
 */
export function zipStream(entries: readonly ZipEntry[]): ReadableStream<Uint8Array> {
	const parts = zipParts(entries);
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const next = await parts.next();
				if (next.done) controller.close();
				else controller.enqueue(next.value);
			},
			cancel: async () => {
				await parts.return();
			}
		},
		{ highWaterMark: 0 }
	);
}

async function* zipParts(
	entries: readonly ZipEntry[]
): AsyncGenerator<Uint8Array, void, undefined> {
	const ready: Uint8Array[] = [];
	const zip = new Zip((error, part) => {
		if (error) throw error;
		ready.push(part);
	});
	for (const { path, changedAtMs, open } of entries) {
		const file = new ZipPassThrough(path);
		file.mtime = changedAtMs;
		zip.add(file);
		for await (const piece of open()) {
			file.push(piece);
			yield* ready.splice(0);
		}
		file.push(new Uint8Array(), true);
		yield* ready.splice(0);
	}
	zip.end();
	yield* ready.splice(0);
}
