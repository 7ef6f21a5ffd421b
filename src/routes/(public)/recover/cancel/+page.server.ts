import { mailCodeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailCodeSchema, secrets: [] },
			({ code }) => locals.services.recoveryCases.cancel(code)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		return { isCancelled: true };
	}
};
