import { error, redirect } from '@sveltejs/kit';
import { invitationSchema } from '#lib/domain/accounts/staff.schema.ts';
import { may, STAFF_ROLES } from '#lib/domain/actor.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals }) => {
	if (!may(locals.actor.role, 'staff/invite')) error(403, 'invite');
	return { roles: STAFF_ROLES };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: invitationSchema, secrets: [] },
			(input) => locals.services.staff.invite(locals.actor, input)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/people?done=asked');
	}
};
