import { redirect } from '@sveltejs/kit';
import {
	registrationSchema,
	registrationWithoutQuestionsSchema
} from '#lib/domain/accounts/registration.schema.ts';
import { SECURITY_QUESTIONS } from '#lib/domain/accounts/security-questions.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const asksQuestions = OPERATOR.securityQuestions === 'on';
const schema = asksQuestions ? registrationSchema : registrationWithoutQuestionsSchema;

export const load: PageServerLoad = () => {
	return {
		questions: asksQuestions ? SECURITY_QUESTIONS : [],
		noticeVersion: OPERATOR.legalTexts.privacyNotice.version
	};
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema, secrets: ['password', 'answer1', 'answer2'] },
			(input) => locals.services.registration.register(input, locals.locale)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/register/check-mail');
	}
};
