/** Headers of every answer (security.md 3.13). Static files get the same set from `_headers`. */
const ALWAYS: Readonly<Record<string, string>> = {
	'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload',
	'X-Content-Type-Options': 'nosniff',
	'X-Frame-Options': 'DENY',
	'Referrer-Policy': 'same-origin',
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Resource-Policy': 'same-origin',
	'Permissions-Policy': 'camera=(self), geolocation=(), microphone=(), payment=()',
	'Reporting-Endpoints': 'csp="/csp-report"'
};

/** For answers that are no pages: nothing in them may load, run or be framed. */
const NO_PAGE_POLICY =
	"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Adds the headers; a policy the page or file set for itself stays. Nothing personal is ever cached. */
export function addSecurityHeaders(response: Response, isHttps: boolean): Response {
	const headers = new Headers(response.headers);
	for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
	headers.set('Cache-Control', 'no-store');
	const policy = headers.get('Content-Security-Policy') ?? NO_PAGE_POLICY;
	const upgrade = isHttps && policy.includes('script-src') ? '; upgrade-insecure-requests' : '';
	headers.set('Content-Security-Policy', policy + upgrade);
	return new Response(response.body, {
		status: response.status,
		statusText: response.statusText,
		headers
	});
}

/**
 * Says of a text which character set it has, and of a body without a type that it is a text: what a
 * browser guesses could turn text into markup (ASVS 4.1.1). Kit names neither. Not in the hook: Kit's
 * prerendering takes a page with a character set for no page.
 */
export function sayType(response: Response): Response {
	const type = response.headers.get('Content-Type');
	if (response.body === null || (type !== null && !/^text\/[\w.-]+$/.test(type))) return response;
	const typed = new Response(response.body, response);
	typed.headers.set('Content-Type', `${type ?? 'text/plain'}; charset=utf-8`);
	return typed;
}
