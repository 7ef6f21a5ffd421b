import { logEvent } from '#lib/server/platform/log.ts';
import type { RequestHandler } from './$types.js';

const MAX_REPORT_BYTES = 16_384;

/** Counts what the browser blocked. Directive only: addresses in a report could name people. */
export const POST: RequestHandler = async ({ request }) => {
	const text = (await request.text()).slice(0, MAX_REPORT_BYTES);
	const directive = /"(?:effective-directive|effectiveDirective)"\s*:\s*"([a-z-]{1,40})"/.exec(
		text
	)?.[1];
	logEvent('warning', 'csp-violation', { code: directive ?? 'unknown' });
	return new Response(null, { status: 204 });
};
