/**
 * How many bytes a zlib stream unpacks to, counted without keeping them; more than `limit` is
 * answered as soon as it is passed (F3). A torn stream counts as far as it goes.
 */
export async function inflatedBytes(packed: Uint8Array, limit: number): Promise<number> {
	const unpacked = new Blob([new Uint8Array(packed)])
		.stream()
		.pipeThrough(new DecompressionStream('deflate'));
	let count = 0;
	try {
		for await (const part of unpacked) {
			count += part.length;
			if (count > limit) break;
		}
	} catch {
		return count;
	}
	return count;
}
