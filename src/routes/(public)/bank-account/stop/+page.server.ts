import { mailCodeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

// Opening the link shows a form and changes nothing: scanners of mail servers open every link (A18).
export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailCodeSchema, secrets: [] },
			({ code }) => locals.services.accountChanges.stopByMail(code)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		return { isDone: true };
	}
};
