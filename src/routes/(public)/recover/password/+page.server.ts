import { redirect } from '@sveltejs/kit';
import { resetRequestSchema } from '#lib/domain/accounts/recovery.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: resetRequestSchema, secrets: [] },
			({ email }) => locals.services.passwordReset.request(email)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/recover/password/check-mail');
	}
};
