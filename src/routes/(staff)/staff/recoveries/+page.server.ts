import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const cases = await locals.services.recoveryDesk.list(locals.actor);
	if (!cases.ok) error(statusOf(cases.error), 'recoveries');
	return { cases: cases.value };
};
