import { codeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import { forgetEnrolment, readEnrolmentToken } from '#lib/server/edge/session-cookie.ts';

const ENDED = failed('conflict', 'accounts/enrolment-ended');

export async function load({ locals, cookies, request }) {
	const token = readEnrolmentToken(cookies);
	// After the first right code the secret is never shown again, not even on the page that follows.
	if (token === null || request.method === 'POST')
		return { enrolment: null, isOpen: token !== null };
	const enrolment = await locals.services.registration.showEnrolment(token);
	return { enrolment: enrolment.ok ? enrolment.value : null, isOpen: enrolment.ok };
}

export const actions = {
	default: async ({ request, locals, cookies }) => {
		const token = readEnrolmentToken(cookies);
		const form = await runForm(
			await readForm(request),
			{ schema: codeSchema, secrets: ['code'] },
			({ code }) =>
				token === null ? Promise.resolve(ENDED) : locals.services.registration.activate(token, code)
		);
		if (!form.ok) return form.failure;
		forgetEnrolment(cookies);
		locals.services.sendMailsAfterAnswer();
		return { recoveryCodes: form.value.recoveryCodes };
	}
};
