import { redirect } from '@sveltejs/kit';
import { signInSchema } from '#lib/domain/accounts/registration.schema.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { browserOf } from '#lib/server/edge/session-cookie.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = () => {
	// Without security questions this way is closed; what is left is a letter (decision 0030).
	if (OPERATOR.securityQuestions === 'off') redirect(303, '/recover/contact');
};

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: signInSchema, secrets: ['password'] },
			(input) => locals.services.recoveryCases.start(input, browserOf(cookies).deviceToken)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/recover/case/check-mail');
	}
};
