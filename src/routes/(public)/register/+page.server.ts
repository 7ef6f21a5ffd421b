import { redirect } from '@sveltejs/kit';
import {
	registrationSchema,
	SECURITY_QUESTIONS
} from '#lib/domain/accounts/registration.schema.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { readForm, runForm } from '#lib/server/http.ts';

export function load() {
	return {
		questions: SECURITY_QUESTIONS,
		noticeVersion: OPERATOR.legalTexts.privacyNotice.version
	};
}

export const actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: registrationSchema, secrets: ['password', 'answer1', 'answer2'] },
			(input) => locals.services.registration.register(input, locals.locale)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/register/check-mail');
	}
};
