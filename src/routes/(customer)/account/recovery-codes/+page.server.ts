import { error } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { statusOf } from '#lib/server/http.ts';
import { askAct } from '#lib/server/edge/step-up.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const account = await locals.services.account.show(locals.actor);
	if (!account.ok) error(statusOf(account.error), 'account');
	return { account: account.value };
};

export const actions: Actions = {
	default: (event) =>
		askAct(event, { schema: pressedSchema, secrets: [] }, (_, sessionId) =>
			event.locals.services.account.askRecoveryCodes(event.locals.actor, sessionId)
		)
};
