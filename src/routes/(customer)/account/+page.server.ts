import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';

export async function load({ locals }) {
	const entries = await locals.services.audit.listOwn(locals.actor);
	if (!entries.ok) error(statusOf(entries.error), 'account');
	return { entries: entries.value };
}
