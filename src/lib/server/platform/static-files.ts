/** What serves the static files: the binding of the host, or a request's own `fetch` in the developer's loop. */
export type StaticFiles = { fetch(url: URL): Promise<Response> };

/** The bytes of a static file; throws where there is none. */
export async function fetchStaticFile(
	files: StaticFiles,
	path: string,
	origin: string
): Promise<Uint8Array> {
	const response = await files.fetch(new URL(path, origin));
	if (!response.ok) throw new Error(`the static file ${path} is missing`);
	return new Uint8Array(await response.arrayBuffer());
}
