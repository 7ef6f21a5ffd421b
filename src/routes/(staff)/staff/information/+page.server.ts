import { error, redirect } from '@sveltejs/kit';
import { cardIdSchema } from '#lib/domain/messages/information.schema.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['published', 'withdrawn'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const cards = await locals.services.information.list(locals.actor);
	if (!cards.ok) error(statusOf(cards.error), 'information');
	return { cards: cards.value, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: cardIdSchema, secrets: [] },
			({ card }) => locals.services.information.withdraw(locals.actor, card)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/information?done=withdrawn');
	}
};
