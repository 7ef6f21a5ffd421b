import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { assigneeSchema, openingFormSchema } from '#lib/domain/claims/access.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const door = await locals.services.assignments.viewDoor(locals.actor, params.id);
	if (!door.ok) error(statusOf(door.error), 'claim');
	return { door: door.value, id: params.id };
};

export const actions: Actions = {
	take: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.assignments.take(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/staff/claims/${params.id}`);
	},

	look: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: openingFormSchema, secrets: [] },
			(opening) => locals.services.openings.open(locals.actor, params.id, opening)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/staff/claims/${params.id}`);
	},

	assign: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: assigneeSchema, secrets: [] },
			({ assignee }) => locals.services.assignments.assign(locals.actor, params.id, assignee)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff?done=assigned');
	}
};
