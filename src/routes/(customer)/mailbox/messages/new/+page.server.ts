import { error, redirect } from '@sveltejs/kit';
import { newConversationSchema } from '#lib/domain/messages/conversation.schema.ts';
import { readMessageForm, TOO_LARGE } from '#lib/server/edge/message-form.ts';
import { runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const choices = await locals.services.conversations.choices(locals.actor);
	if (!choices.ok) error(statusOf(choices.error), 'message');
	// Only what is offered anyway is chosen beforehand.
	const claim = choices.value.claims.find(({ id }) => id === url.searchParams.get('claim'));
	return { choices: choices.value, claimId: claim?.id ?? null };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const { values, files, isTooLarge } = await readMessageForm(request);
		const form = await runForm(values, { schema: newConversationSchema, secrets: [] }, (input) =>
			isTooLarge ? TOO_LARGE : locals.services.conversations.start(locals.actor, input, files)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/mailbox/messages/${form.value.id}?done=sent`);
	}
};
