import { json } from '@sveltejs/kit';
import { problem, problemOf, readFeedPlace } from '#lib/server/edge/service-door.ts';
import type { RequestEvent } from './$types';

/** Statements since a cursor, and whether they were read (docs/api.md). */
export async function GET({ locals, url }: RequestEvent) {
	const place = readFeedPlace(url);
	if (!place.ok) return problem(place.problem);
	const page = await locals.services.claimFeed.listStatements(locals.caller, place.after);
	if (!page.ok) return problemOf(page.error);
	const { items, ...rest } = page.value;
	return json({
		items: items.map(({ createdAtMs, readAtMs, ...statement }) => ({
			...statement,
			createdAt: new Date(createdAtMs).toISOString(),
			readAt: readAtMs === null ? null : new Date(readAtMs).toISOString()
		})),
		...rest
	});
}
