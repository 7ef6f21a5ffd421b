/** A stored file on its way out; `type` is what our own check found, never what somebody said. */
export type OutgoingFile = {
	readonly name: string;
	readonly type: string;
	readonly sizeBytes: number;
	readonly bytes: ReadableStream<Uint8Array>;
};

/** Nothing in a file may run, load or post, whatever a browser takes it for (F6). */
const FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/**
 * Answers with a file. `script-src` of our pages is 'self', so a file must never come back as
 * something a page could load as a script: fixed type, nosniff, sandbox, same origin only.
 */
export function answerFile(
	file: OutgoingFile,
	disposition: 'attachment' | 'inline' = 'attachment'
): Response {
	return new Response(file.bytes, {
		headers: {
			...headersOf(file.type, dispositionOf(disposition, file.name)),
			'Content-Length': String(file.sizeBytes)
		}
	});
}

/** An archive that grows while it is sent: its length is known only at its end. */
export function answerArchive(archive: Pick<OutgoingFile, 'name' | 'bytes'>): Response {
	return new Response(archive.bytes, {
		headers: headersOf('application/zip', dispositionOf('attachment', archive.name))
	});
}

const headersOf = (type: string, disposition: string) => ({
	'Content-Type': type,
	'Content-Disposition': disposition,
	'Content-Security-Policy': FILE_POLICY,
	'Cross-Origin-Resource-Policy': 'same-origin',
	'X-Content-Type-Options': 'nosniff'
});

/** RFC 6266: a plain name for old clients, the real one in UTF-8 beside it; no path, no quote, no line end. */
export function dispositionOf(disposition: 'attachment' | 'inline', name: string): string {
	const clean = name
		.replace(/[\p{Cc}\p{Cf}"\\/:*?<>|]/gu, '_')
		.replace(/^\.+/, '_')
		.slice(0, 120);
	const plain = clean.replace(/[^\x20-\x7e]|[%']/gu, '_');
	const encoded = encodeURIComponent(clean.toWellFormed()).replace(
		/['()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
	);
	return `${disposition}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
