import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const inquiry = await locals.services.inquiries.getOwn(locals.actor, params.id);
	if (!inquiry.ok) error(statusOf(inquiry.error), 'inquiry');
	return { inquiry: inquiry.value, isSent: url.searchParams.get('done') === 'sent' };
};
