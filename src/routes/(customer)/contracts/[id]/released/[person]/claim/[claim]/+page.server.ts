import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const { id, person, claim } = params;
	const shown = await locals.services.releasedClaims.get(locals.actor, id, person, claim);
	if (!shown.ok) error(statusOf(shown.error), 'claim');
	return { claim: shown.value };
};
