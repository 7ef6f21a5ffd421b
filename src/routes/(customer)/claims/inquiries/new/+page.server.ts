import { error, redirect } from '@sveltejs/kit';
import { inquirySchema } from '#lib/domain/claims/coverage-inquiry.schema.ts';
import { readMessageForm, TOO_LARGE } from '#lib/server/edge/message-form.ts';
import { runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const choices = await locals.services.inquiries.choices(locals.actor);
	if (!choices.ok) error(statusOf(choices.error), 'inquiry');
	return { choices: choices.value };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const { values, files, isTooLarge } = await readMessageForm(request);
		const form = await runForm(values, { schema: inquirySchema, secrets: [] }, (input) =>
			isTooLarge ? TOO_LARGE : locals.services.inquiries.send(locals.actor, input, files)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/claims/inquiries/${form.value.id}?done=sent`);
	}
};
