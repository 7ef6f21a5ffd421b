const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Reports of the browser itself come without an origin and change nothing. */
const WITHOUT_ORIGIN = new Set(['/csp-report']);

/**
 * Whether a request that can change something comes from our own pages. Kit checks the origin of
 * form posts only and lets a POST without Content-Type pass (2.70); JSON and tus need it as much.
 * Prevents cross-site request forgery (ASVS 3.5.1): a foreign, missing or `null` origin is refused.
 */
export function isFromOwnSite(request: Request, url: URL, ownOrigin: string): boolean {
	if (READING_METHODS.has(request.method) || WITHOUT_ORIGIN.has(url.pathname)) return true;
	if (request.headers.get('origin') !== ownOrigin) return false;
	const site = request.headers.get('sec-fetch-site');
	return site === null || site === 'same-origin';
}
