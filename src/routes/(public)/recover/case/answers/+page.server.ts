import { answersSchema } from '#lib/domain/accounts/recovery.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { forgetRecovery, readRecoveryMailCode } from '#lib/server/edge/recovery-cookie.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const ENDED = failed('conflict', 'accounts/recovery-ended');

export const load: PageServerLoad = async ({ locals, cookies }) => {
	const code = readRecoveryMailCode(cookies);
	const shown = code === null ? ENDED : await locals.services.recoveryCases.showQuestions(code);
	return { questions: shown.ok ? shown.value.questions : null };
};

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const code = readRecoveryMailCode(cookies);
		const form = await runForm(
			await readForm(request),
			{ schema: answersSchema, secrets: ['answer1', 'answer2'] },
			(answers) =>
				code === null ? Promise.resolve(ENDED) : locals.services.recoveryCases.open(code, answers)
		);
		if (!form.ok) return form.failure;
		forgetRecovery(cookies);
		locals.services.sendMailsAfterAnswer();
		return { readyAtMs: form.value.readyAtMs };
	}
};
