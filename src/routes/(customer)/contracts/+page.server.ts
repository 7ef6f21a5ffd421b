import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';

export async function load({ locals }) {
	const contracts = await locals.services.contracts.list(locals.actor);
	if (!contracts.ok) error(statusOf(contracts.error), 'contracts');
	return { contracts: contracts.value };
}
