import { error, redirect } from '@sveltejs/kit';
import { openingCheckSchema } from '#lib/domain/claims/access.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const openings = await locals.services.openings.listToReview(locals.actor);
	if (!openings.ok) error(statusOf(openings.error), 'openings');
	return { openings: openings.value, isDone: url.searchParams.get('done') === 'reviewed' };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: openingCheckSchema, secrets: [] },
			(check) => locals.services.openings.review(locals.actor, check)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/openings?done=reviewed');
	}
};
