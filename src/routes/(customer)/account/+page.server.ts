import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const entries = await locals.services.audit.listOwn(locals.actor);
	if (!entries.ok) error(statusOf(entries.error), 'account');
	return { entries: entries.value, done: url.searchParams.get('done') };
};
