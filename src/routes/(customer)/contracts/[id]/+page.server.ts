import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';

export async function load({ locals, params, url }) {
	const contract = await locals.services.contracts.get(locals.actor, params.id);
	if (!contract.ok) error(statusOf(contract.error), 'contract');
	return { contract: contract.value, isJustLinked: url.searchParams.has('linked') };
}
