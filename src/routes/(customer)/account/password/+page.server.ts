import { error } from '@sveltejs/kit';
import { passwordChangeSchema } from '#lib/domain/accounts/account.schema.ts';
import { statusOf } from '#lib/server/http.ts';
import { askAct } from '#lib/server/edge/step-up.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const account = await locals.services.account.show(locals.actor);
	if (!account.ok) error(statusOf(account.error), 'account');
	return { isForced: account.value.mustChangePassword };
};

export const actions: Actions = {
	default: (event) =>
		askAct(event, { schema: passwordChangeSchema, secrets: ['password'] }, (input, sessionId) =>
			event.locals.services.account.askPassword(event.locals.actor, sessionId, input)
		)
};
