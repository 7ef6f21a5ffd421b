import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/domain/actor.ts';
import { holdEndSchema, holdFormSchema } from '#lib/domain/privacy/legal-hold.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['placed', 'ended'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const holds = await locals.services.holds.list(locals.actor);
	if (!holds.ok) error(statusOf(holds.error), 'holds');
	return {
		...holds.value,
		mayChange: may(locals.actor.role, 'hold/change'),
		done: wordOf(url, 'done', DONE)
	};
};

export const actions: Actions = {
	place: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: holdFormSchema, secrets: [] },
			(hold) => locals.services.holds.place(locals.actor, hold)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/holds?done=placed');
	},

	end: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: holdEndSchema, secrets: [] },
			(end) => locals.services.holds.end(locals.actor, end)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/holds?done=ended');
	}
};
