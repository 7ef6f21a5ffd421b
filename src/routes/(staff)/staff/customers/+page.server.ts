import { error, redirect } from '@sveltejs/kit';
import { sessionsEndingSchema } from '#lib/domain/accounts/staff.schema.ts';
import { requirePermission } from '#lib/domain/actor.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Shows nothing of anybody: who may not act here need not see the form either. */
export const load: PageServerLoad = ({ locals, url }) => {
	const permission = requirePermission(locals.actor, 'customer/end-sessions');
	if (!permission.ok) error(statusOf(permission.error), 'customers');
	return { isDone: url.searchParams.get('done') === 'ended' };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: sessionsEndingSchema, secrets: [] },
			(input) => locals.services.customerSessions.end(locals.actor, input)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/customers?done=ended');
	}
};
