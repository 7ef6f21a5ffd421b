import { redirect } from '@sveltejs/kit';
import { verifyMailSchema } from '#lib/domain/accounts/registration.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import { setEnrolmentToken } from '#lib/server/edge/session-cookie.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: verifyMailSchema, secrets: ['password'] },
			({ code, password }) => locals.services.enrolment.verifyMail(code, password)
		);
		if (!form.ok) return form.failure;
		setEnrolmentToken(cookies, form.value.enrolmentToken);
		redirect(303, '/register/authenticator');
	}
};
