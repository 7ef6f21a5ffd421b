/** The whole body, or null when it is longer: one without end must not fill the isolate's memory. */
export async function readBody(
	request: Request,
	limitBytes: number
): Promise<Uint8Array<ArrayBuffer> | null> {
	const reader = request.body?.getReader();
	const parts: Uint8Array[] = [];
	let length = 0;
	for (;;) {
		const part = await reader?.read();
		if (!part || part.done) break;
		length += part.value.length;
		if (length > limitBytes) {
			await reader?.cancel();
			return null;
		}
		parts.push(part.value);
	}
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
