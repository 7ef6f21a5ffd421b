import { error } from '@sveltejs/kit';
import { questionsChangeSchema } from '#lib/domain/accounts/account.schema.ts';
import { SECURITY_QUESTIONS } from '#lib/domain/accounts/security-questions.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { askAct } from '#lib/server/edge/step-up.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = () => {
	if (OPERATOR.securityQuestions === 'off') error(404, 'questions');
	return { questions: SECURITY_QUESTIONS };
};

export const actions: Actions = {
	default: (event) =>
		askAct(
			event,
			{ schema: questionsChangeSchema, secrets: ['answer1', 'answer2'] },
			(input, sessionId) =>
				event.locals.services.account.askQuestions(event.locals.actor, sessionId, input)
		)
};
