import { json } from '@sveltejs/kit';
import { problem, problemOf, readFeedPlace } from '#lib/server/edge/service-door.ts';
import type { RequestEvent } from './$types';

/** Decisions since a cursor, corrections among them (docs/api.md). */
export async function GET({ locals, url }: RequestEvent) {
	const place = readFeedPlace(url);
	if (!place.ok) return problem(place.problem);
	const page = await locals.services.claimFeed.listDecided(locals.caller, place.after);
	if (!page.ok) return problemOf(page.error);
	const { items, ...rest } = page.value;
	return json({
		items: items.map(({ decidedAtMs, documentId: _place, ...decision }) => ({
			...decision,
			decidedAt: new Date(decidedAtMs).toISOString()
		})),
		...rest
	});
}
