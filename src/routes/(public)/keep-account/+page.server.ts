import { mailCodeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

// Opening the link shows a form and uses nothing up: scanners of mail servers open every link (A18).
export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailCodeSchema, secrets: [] },
			({ code }) => locals.services.erasure.keepByMail(code)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		return { isDone: true };
	}
};
