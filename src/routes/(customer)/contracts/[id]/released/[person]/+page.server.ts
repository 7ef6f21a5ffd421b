import { error } from '@sveltejs/kit';
import { pageNumberOf, statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { id, person } = params;
	const { releasedClaims } = locals.services;
	const list = await releasedClaims.list(locals.actor, id, person, pageNumberOf(url));
	if (!list.ok) error(statusOf(list.error), 'claims');
	return { list: list.value };
};
