import { error, redirect } from '@sveltejs/kit';
import { answerFormSchema } from '#lib/domain/claims/coverage-inquiry.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const inquiry = await locals.services.inquiryDesk.open(locals.actor, params.id);
	if (!inquiry.ok) error(statusOf(inquiry.error), 'inquiry');
	return { inquiry: inquiry.value };
};

const FORM = { schema: answerFormSchema, secrets: [] };

// Two steps: an answer binds the insurer and is in the mailbox at once, which nobody takes back.
export const actions: Actions = {
	check: async ({ request, locals, params }) => {
		const values = await readForm(request);
		const form = await runForm(values, FORM, (answer) =>
			locals.services.inquiryDesk.check(locals.actor, params.id, answer)
		);
		return form.ok ? { checked: form.value, values } : form.failure;
	},

	edit: async ({ request }) => ({ values: await readForm(request) }),

	answer: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), FORM, (answer) =>
			locals.services.inquiryDesk.answer(locals.actor, params.id, answer)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/inquiries?done=answered');
	}
};
