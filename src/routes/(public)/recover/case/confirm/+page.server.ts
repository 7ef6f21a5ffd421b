import { redirect } from '@sveltejs/kit';
import { mailCodeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { setRecoveryMailCode } from '#lib/server/edge/recovery-cookie.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailCodeSchema, secrets: [] },
			({ code }) => locals.services.recoveryCases.showQuestions(code)
		);
		if (!form.ok) return form.failure;
		setRecoveryMailCode(cookies, form.value.mailCode);
		redirect(303, '/recover/case/answers');
	}
};
