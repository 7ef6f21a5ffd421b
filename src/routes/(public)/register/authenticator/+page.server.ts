import { codeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import { forgetEnrolment, readEnrolmentToken } from '#lib/server/edge/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types.js';

const ENDED = failed('conflict', 'accounts/enrolment-ended');

export const load: PageServerLoad = async ({ locals, cookies, request }) => {
	const token = readEnrolmentToken(cookies);
	// After the first right code the secret is never shown again, not even on the page that follows.
	if (token === null || request.method === 'POST')
		return { enrolment: null, isOpen: token !== null };
	const enrolment = await locals.services.enrolment.showEnrolment(token);
	return { enrolment: enrolment.ok ? enrolment.value : null, isOpen: enrolment.ok };
};

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const token = readEnrolmentToken(cookies);
		const form = await runForm(
			await readForm(request),
			{ schema: codeSchema, secrets: ['code'] },
			({ code }) =>
				token === null ? Promise.resolve(ENDED) : locals.services.enrolment.activate(token, code)
		);
		if (!form.ok) return form.failure;
		forgetEnrolment(cookies);
		locals.services.sendMailsAfterAnswer();
		return { recoveryCodes: form.value.recoveryCodes };
	}
};
