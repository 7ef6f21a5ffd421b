import type { RequestEvent } from '@sveltejs/kit';
import type { Origin } from '#lib/domain/audit/audit.ts';
import type { Lent } from '#lib/server/compose.ts';
import type { Configuration } from '#lib/server/platform/configuration.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import { fetchStaticFile } from '#lib/server/platform/static-files.ts';

/** Only the edge's own header counts for the address: everything else a client can forge (A16). */
export function originOf(event: RequestEvent, configuration: Configuration): Origin {
	const local = configuration.isProduction ? 'unknown' : '127.0.0.1';
	const country = event.request.headers.get('cf-ipcountry') ?? '';
	return {
		requestId: event.locals.requestId,
		ip: event.request.headers.get('cf-connecting-ip') ?? local,
		userAgent: event.request.headers.get('user-agent') ?? '',
		// XX is the edge's word for "unknown".
		...(/^[A-Z]{2}$/.test(country) && country !== 'XX' && { country })
	};
}

/** What the services may use of this request and of the host: static files, and time after the answer. */
export function lentBy(event: RequestEvent): Lent {
	const afterAnswer = (work: Promise<unknown>) => {
		const logged = work.catch((error: unknown) => {
			logEvent('error', 'work-after-answer-failed', { error: String(error) });
		});
		event.platform?.ctx.waitUntil(logged);
	};
	return {
		fetchAsset: (path) =>
			fetchStaticFile(event.platform?.env.ASSETS ?? event, path, event.url.origin),
		afterAnswer,
		onceAnswered: (begin) =>
			afterAnswer(new Promise((answered) => setTimeout(answered, 0)).then(begin))
	};
}
