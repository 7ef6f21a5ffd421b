import { m } from '#lib/i18n/generated/messages.js';

/**
 * A page without SvelteKit, for when the portal itself cannot answer: a dead database before the
 * session is known, or a configuration that was refused. Texts only, nothing of the request in it.
 */
export function unavailablePage(requestId: string, lang: 'de' | 'en'): Response {
	const locale = { locale: lang };
	const body = `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${m.portal_error_503_title({}, locale)}</title><link rel="stylesheet" href="/error.css"></head>
<body><main><h1>${m.portal_error_503_title({}, locale)}</h1>
<p>${m.portal_error_503_text({}, locale)}</p>
<p>${m.portal_error_id({}, locale)} <code>${requestId}</code></p></main></body></html>`;
	return new Response(body, {
		status: 503,
		headers: {
			'Content-Type': 'text/html; charset=utf-8',
			'Content-Security-Policy':
				"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			'Retry-After': '120'
		}
	});
}
