import { redirect } from '@sveltejs/kit';
import { mailCodeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { setInvitationToken } from '#lib/server/edge/invitation-cookie.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailCodeSchema, secrets: [] },
			({ code }) => locals.services.staffInvitations.open(code)
		);
		if (!form.ok) return form.failure;
		setInvitationToken(cookies, form.value.invitationToken);
		redirect(303, '/staff/invitation/accept');
	}
};
