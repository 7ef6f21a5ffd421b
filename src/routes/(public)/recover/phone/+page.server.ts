import { redirect } from '@sveltejs/kit';
import { phoneRecoverySchema } from '#lib/domain/accounts/recovery.schema.ts';
import { setRecoveryToken } from '#lib/server/edge/recovery-cookie.ts';
import { browserOf } from '#lib/server/edge/session-cookie.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: phoneRecoverySchema, secrets: ['password', 'recoveryCode'] },
			(input) => locals.services.recovery.startWithCode(input, browserOf(cookies).deviceToken)
		);
		if (!form.ok) return form.failure;
		setRecoveryToken(cookies, form.value.enrolmentToken);
		redirect(303, '/recover/authenticator');
	}
};
