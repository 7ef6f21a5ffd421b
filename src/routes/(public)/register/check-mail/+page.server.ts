import { mailRequestSchema } from '#lib/domain/accounts/registration.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailRequestSchema, secrets: [] },
			({ email }) => locals.services.registrationMails.resend(email)
		);
		return form.ok ? { isSent: true } : form.failure;
	}
};
