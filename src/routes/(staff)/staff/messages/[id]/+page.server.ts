import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { assigneeSchema } from '#lib/domain/claims/access.schema.ts';
import { replySchema } from '#lib/domain/messages/conversation.schema.ts';
import { readMessageForm, TOO_LARGE } from '#lib/server/edge/message-form.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const opened = await locals.services.inbox.open(locals.actor, params.id);
	if (!opened.ok) error(statusOf(opened.error), 'message');
	return { conversation: opened.value, isSent: url.searchParams.get('done') === 'sent' };
};

export const actions: Actions = {
	answer: async ({ request, locals, params }) => {
		const { values, files, isTooLarge } = await readMessageForm(request);
		const form = await runForm(values, { schema: replySchema, secrets: [] }, (reply) =>
			isTooLarge ? TOO_LARGE : locals.services.inbox.answer(locals.actor, params.id, reply, files)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/staff/messages/${params.id}?done=sent`);
	},

	handOver: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: assigneeSchema, secrets: [] },
			({ assignee }) => locals.services.inbox.handOver(locals.actor, params.id, assignee)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/messages?done=handed-over');
	},

	release: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.inbox.release(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/messages?done=released');
	}
};
