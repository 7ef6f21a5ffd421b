import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const contract = await locals.services.contracts.get(locals.actor, params.id);
	if (!contract.ok) error(statusOf(contract.error), 'contract');
	return { contract: contract.value, isJustLinked: url.searchParams.has('linked') };
};
