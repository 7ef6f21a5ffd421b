import { error } from '@sveltejs/kit';
import { MAILBOX_FILTERS, parseMailboxCursor } from '#lib/domain/messages/mailbox.ts';
import { statusOf, wordOf } from '#lib/server/http.ts';
import type { PageServerLoadEvent } from './$types';

export async function load({ locals, url }: PageServerLoadEvent) {
	const filter = wordOf(url, 'show', MAILBOX_FILTERS) ?? 'all';
	const after = parseMailboxCursor(url.searchParams.get('after'));
	const list = await locals.services.mailbox.list(locals.actor, filter, after);
	if (!list.ok) error(statusOf(list.error), 'mailbox');
	return { ...list.value, filter, isFirstPage: after === null };
}
