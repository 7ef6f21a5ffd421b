import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { assigneeSchema } from '#lib/domain/claims/access.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const door = await locals.services.inbox.viewDoor(locals.actor, params.id);
	if (!door.ok) error(statusOf(door.error), 'message');
	return { door: door.value, id: params.id };
};

export const actions: Actions = {
	take: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.inbox.take(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/staff/messages/${params.id}`);
	},

	assign: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: assigneeSchema, secrets: [] },
			({ assignee }) => locals.services.inbox.assign(locals.actor, params.id, assignee)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/messages?done=assigned');
	}
};
