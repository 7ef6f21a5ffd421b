const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Reports of the browser itself come without an origin and change nothing. */
const WITHOUT_ORIGIN = new Set(['/csp-report']);

/** What our forms, our script and tus send. `text/plain` is what a foreign form sends to look like JSON. */
const ALLOWED_TYPES = new Set([
	'application/x-www-form-urlencoded',
	'multipart/form-data',
	'application/json',
	'application/offset+octet-stream'
]);

/**
 * Whether a request that can change something comes from our own pages. Kit checks the origin of
 * form posts only and lets a POST without Content-Type pass (2.70); JSON and tus need it as much.
 * Prevents cross-site request forgery (ASVS 3.5.1): a foreign, missing or `null` origin is refused,
 * and so is a body of a type that no page of ours sends, or of none at all (3.5.2).
 */
export function isFromOwnSite(request: Request, url: URL, ownOrigin: string): boolean {
	if (READING_METHODS.has(request.method) || WITHOUT_ORIGIN.has(url.pathname)) return true;
	const { headers } = request;
	// Systems have no origin, and come in by a token that no browser sends by itself.
	if (url.pathname.startsWith('/api/v1/')) {
		return headers.get('origin') === null && hasAllowedType(request);
	}
	if (headers.get('origin') !== ownOrigin) return false;
	const site = headers.get('sec-fetch-site');
	if (site !== null && site !== 'same-origin') return false;
	return hasAllowedType(request);
}

function hasAllowedType({ headers, body }: Request): boolean {
	const type = headers.get('content-type');
	if (type !== null) return ALLOWED_TYPES.has(type.split(';', 1)[0]?.trim().toLowerCase() ?? '');
	return body === null || headers.get('content-length') === '0';
}
