import { readBody } from '#lib/server/body.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { RequestHandler } from './$types.js';

const MAX_REPORT_BYTES = 16_384;

/** Counts what the browser blocked. Directive only: addresses in a report could name people. */
export const POST: RequestHandler = async ({ request }) => {
	const body = await readBody(request, MAX_REPORT_BYTES);
	if (!body) return new Response(null, { status: 413 });
	const text = new TextDecoder().decode(body);
	const directive = /"(?:effective-directive|effectiveDirective)"\s*:\s*"([a-z-]{1,40})"/.exec(
		text
	)?.[1];
	logEvent('warning', 'csp-violation', { code: directive ?? 'unknown' });
	return new Response(null, { status: 204 });
};
