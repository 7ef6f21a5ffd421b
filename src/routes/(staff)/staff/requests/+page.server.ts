import { error, redirect } from '@sveltejs/kit';
import { requestDecisionSchema } from '#lib/domain/contracts/request.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const list = await locals.services.requests.list(locals.actor);
	if (!list.ok) error(statusOf(list.error), 'requests');
	return { ...list.value, isDone: url.searchParams.has('done') };
};

export const actions: Actions = {
	decide: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: requestDecisionSchema, secrets: [] },
			(decision) => locals.services.requests.decide(locals.actor, decision)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/requests?done=1');
	}
};
