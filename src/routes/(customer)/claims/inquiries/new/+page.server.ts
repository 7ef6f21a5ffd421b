import { error, redirect } from '@sveltejs/kit';
import { inquirySchema } from '#lib/domain/claims/coverage-inquiry.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const choices = await locals.services.inquiries.choices(locals.actor);
	if (!choices.ok) error(statusOf(choices.error), 'inquiry');
	return { choices: choices.value };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: inquirySchema, secrets: [] },
			(input) => locals.services.inquiries.send(locals.actor, input)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/claims/inquiries/${form.value.id}?done=sent`);
	}
};
