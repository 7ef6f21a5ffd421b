/** The whole body, or null when it is longer: one without end must not fill the isolate's memory. */
export async function readBody(
	request: Request,
	limitBytes: number
): Promise<Uint8Array<ArrayBuffer> | null> {
	const { bytes, isWhole } = await readStart(request, limitBytes);
	return isWhole ? bytes : null;
}

/** The body as far as the limit, and whether that was all of it. */
export async function readStart(
	request: Request,
	limitBytes: number
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly isWhole: boolean }> {
	const reader = request.body?.getReader();
	const parts: Uint8Array[] = [];
	let length = 0;
	let isWhole = true;
	for (;;) {
		const part = await reader?.read();
		if (!part || part.done) break;
		isWhole = length + part.value.length <= limitBytes;
		const taken = isWhole ? part.value : part.value.subarray(0, limitBytes - length);
		length += taken.length;
		parts.push(taken);
		if (isWhole) continue;
		await reader?.cancel();
		break;
	}
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return { bytes, isWhole };
}
