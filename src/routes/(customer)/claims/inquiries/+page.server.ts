import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const list = await locals.services.inquiries.listOwn(locals.actor);
	if (!list.ok) error(statusOf(list.error), 'inquiries');
	return { inquiries: list.value };
};
