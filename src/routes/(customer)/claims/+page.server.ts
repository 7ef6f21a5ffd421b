import { error } from '@sveltejs/kit';
import { pageNumberOf, statusOf } from '#lib/server/http.ts';
import type { PageServerLoadEvent } from './$types';

export async function load({ locals, url }: PageServerLoadEvent) {
	const list = await locals.services.claims.listOwn(locals.actor, pageNumberOf(url));
	if (!list.ok) error(statusOf(list.error), 'claims');
	return { list: list.value };
}
