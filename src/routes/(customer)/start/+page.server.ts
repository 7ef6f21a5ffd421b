import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const overview = await locals.services.overview.show(locals.actor);
	if (!overview.ok) error(statusOf(overview.error), 'start');
	return { overview: overview.value };
};
