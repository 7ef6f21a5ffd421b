import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const figures = await locals.services.figures.show(locals.actor);
	if (!figures.ok) error(statusOf(figures.error), 'figures');
	return { figures: figures.value };
};
