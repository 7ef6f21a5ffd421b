import { error, redirect } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { SENSITIVE_ACTS } from '#lib/domain/accounts/sensitive-acts.ts';
import { askAct, sessionIdOf } from '#lib/server/edge/step-up.actions.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = [...SENSITIVE_ACTS, 'kept', 'export-ended'] as const;

export const load: PageServerLoad = async (event) => {
	const { locals, url } = event;
	const view = await locals.services.erasure.show(locals.actor, sessionIdOf(event));
	if (!view.ok) error(statusOf(view.error), 'account');
	return { view: view.value, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	export: (event) =>
		askAct(event, { schema: pressedSchema, secrets: [] }, (_, sessionId) =>
			event.locals.services.dataExport.ask(event.locals.actor, sessionId)
		),
	keep: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: pressedSchema, secrets: [] },
			() => locals.services.erasure.keep(locals.actor)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/account/data?done=kept');
	}
};
