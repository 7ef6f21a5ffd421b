import { m } from '#lib/i18n/generated/messages.js';

type Language = 'de' | 'en';

/**
 * A page without SvelteKit, for when the portal itself cannot answer: a dead database before the
 * session is known, or a configuration that was refused. Texts only, nothing of the request in it.
 */
export function unavailablePage(requestId: string, lang: Language): Response {
	const locale = { locale: lang };
	return plainPage(
		{
			lang,
			title: m.portal_error_503_title({}, locale),
			text: m.portal_error_503_text({}, locale),
			more: `<p>${m.portal_error_id({}, locale)} <code>${requestId}</code></p>`
		},
		{ status: 503, headers: { 'Retry-After': '120' } }
	);
}

/** For staff whose account opens nothing before a new invitation: no page of theirs could say so. */
export function newInvitationPage(lang: Language): Response {
	const locale = { locale: lang };
	return plainPage(
		{
			lang,
			title: m.portal_new_invitation_title({}, locale),
			text: m.portal_new_invitation_text({}, locale),
			more: ''
		},
		{ status: 403, headers: {} }
	);
}

function plainPage(
	page: {
		readonly lang: Language;
		readonly title: string;
		readonly text: string;
		readonly more: string;
	},
	answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> }
): Response {
	const body = `<!doctype html>
<html lang="${page.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title><link rel="stylesheet" href="/error.css"></head>
<body><main><h1>${page.title}</h1>
<p>${page.text}</p>
${page.more}</main></body></html>`;
	return new Response(body, {
		status: answer.status,
		headers: {
			'Content-Type': 'text/html; charset=utf-8',
			'Content-Security-Policy':
				"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			...answer.headers
		}
	});
}
