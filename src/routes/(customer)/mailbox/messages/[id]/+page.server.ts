import { error, redirect } from '@sveltejs/kit';
import { replySchema } from '#lib/domain/messages/conversation.schema.ts';
import { readMessageForm, TOO_LARGE } from '#lib/server/edge/message-form.ts';
import { runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const opened = await locals.services.conversations.open(locals.actor, params.id);
	if (!opened.ok) error(statusOf(opened.error), 'message');
	const { unreadCount, ...conversation } = opened.value;
	return { conversation, unreadCount, isSent: url.searchParams.get('done') === 'sent' };
};

export const actions: Actions = {
	default: async ({ request, locals, params }) => {
		const { values, files, isTooLarge } = await readMessageForm(request);
		const form = await runForm(values, { schema: replySchema, secrets: [] }, (reply) =>
			isTooLarge
				? TOO_LARGE
				: locals.services.conversations.reply(locals.actor, params.id, reply, files)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/mailbox/messages/${params.id}?done=sent`);
	}
};
