import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoadEvent } from './$types';

export async function load({ locals, params }: PageServerLoadEvent) {
	const claim = await locals.services.claims.getOwn(locals.actor, params.id);
	if (!claim.ok) error(statusOf(claim.error), 'claim');
	return { claim: claim.value };
}
