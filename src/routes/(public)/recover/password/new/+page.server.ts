import { redirect } from '@sveltejs/kit';
import { resetSchema } from '#lib/domain/accounts/recovery.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: resetSchema, secrets: ['proof', 'password'] },
			(input) => locals.services.passwordReset.reset(input)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/recover/password/done');
	}
};
