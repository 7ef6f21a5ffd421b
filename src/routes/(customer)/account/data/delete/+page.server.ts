import { error } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { askAct, sessionIdOf } from '#lib/server/edge/step-up.actions.ts';
import { statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	const { locals } = event;
	const view = await locals.services.erasure.show(locals.actor, sessionIdOf(event));
	if (!view.ok) error(statusOf(view.error), 'account');
	return { view: view.value };
};

export const actions: Actions = {
	default: (event) =>
		askAct(event, { schema: pressedSchema, secrets: [] }, (_, sessionId) =>
			event.locals.services.erasure.ask(event.locals.actor, sessionId)
		)
};
