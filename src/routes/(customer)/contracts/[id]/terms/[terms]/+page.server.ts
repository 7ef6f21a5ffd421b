import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const terms = await locals.services.contracts.getTerms(locals.actor, params.id, params.terms);
	if (!terms.ok) error(statusOf(terms.error), 'contract');
	return { contractId: params.id, terms: terms.value };
};
