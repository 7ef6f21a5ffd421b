import { logEvent } from '../platform/log.ts';

/** Both languages and no word of the fault: nothing is known of whoever asked (ASVS 16.5.1). */
const TEXT =
	'Das hat nicht geklappt. Bitte versuchen Sie es später noch einmal.\n' +
	'Something went wrong. Please try again later.\n';

/**
 * Answers whatever happens (ASVS 16.5.4). Kit catches what pages and hooks throw; this is for what is
 * thrown around them, which the runtime would show as a fault of its own and keep for itself.
 */
export async function withLastResort(answer: () => Promise<Response>): Promise<Response> {
	try {
		return await answer();
	} catch (error) {
		const requestId = crypto.randomUUID();
		logEvent('error', 'last-resort', { requestId, error: describeError(error) });
		return new Response(`${TEXT}\n${requestId}\n`, {
			status: 500,
			headers: { 'Content-Type': 'text/plain; charset=utf-8' }
		});
	}
}

/** Where it happened and what was behind it: a connection that was refused says why in its cause. */
export function describeError(error: unknown): string {
	if (!(error instanceof Error)) return 'not an error';
	const own = error.stack ?? error.message;
	return error.cause instanceof Error ? `${own}\nbecause ${error.cause.message}` : own;
}
