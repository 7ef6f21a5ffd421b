import { error, redirect } from '@sveltejs/kit';
import { conversationIdSchema } from '#lib/domain/messages/conversation.schema.ts';
import { INBOX_PARTS } from '#lib/domain/messages/inbox.ts';
import { parseMailboxCursor } from '#lib/domain/messages/mailbox.ts';
import { ok } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['released', 'handed-over', 'assigned'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const part = wordOf(url, 'show', INBOX_PARTS) ?? 'all';
	const after = parseMailboxCursor(url.searchParams.get('after'));
	const inbox = await locals.services.inbox.list(locals.actor, part, after);
	if (!inbox.ok) error(statusOf(inbox.error), 'messages');
	return { ...inbox.value, part, isFirstPage: after === null, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: conversationIdSchema, secrets: [] },
			async ({ conversation }) => {
				const taken = await locals.services.inbox.take(locals.actor, conversation);
				return taken.ok ? ok(conversation) : taken;
			}
		);
		if (!form.ok) return form.failure;
		redirect(303, `/staff/messages/${form.value}`);
	}
};
