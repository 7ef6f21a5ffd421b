import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const contracts = await locals.services.contracts.list(locals.actor);
	if (!contracts.ok) error(statusOf(contracts.error), 'contracts');
	return { contracts: contracts.value };
};
