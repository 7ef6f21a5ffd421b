import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/server/http.ts';
import type { PageServerLoadEvent } from './$types';

export async function load({ locals, params }: PageServerLoadEvent) {
	const document = await locals.services.documents.open(locals.actor, params.id);
	if (!document.ok) error(statusOf(document.error), 'document');
	const { unreadCount, ...shown } = document.value;
	return { document: shown, unreadCount };
}
