import { error, redirect } from '@sveltejs/kit';
import { requestDecisionSchema } from '#lib/domain/contracts/request.schema.ts';
import { ok } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const list = await locals.services.requests.list(locals.actor);
	if (!list.ok) error(statusOf(list.error), 'requests');
	return { ...list.value, isDone: url.searchParams.has('done') };
};

const FORM = { schema: requestDecisionSchema, secrets: [] };

// Two steps: an accepted request changes the cover at once and tells the customer, which nobody takes back.
export const actions: Actions = {
	check: async ({ request }) => {
		const form = await runForm(await readForm(request), FORM, (decision) =>
			Promise.resolve(ok(decision))
		);
		return form.ok ? { checked: form.value } : form.failure;
	},

	decide: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), FORM, (decision) =>
			locals.services.requests.decide(locals.actor, decision)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/requests?done=1');
	}
};
