import { passwordChangeSchema } from '#lib/domain/accounts/account.schema.ts';
import { askAct } from '#lib/server/edge/step-up.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals }) => {
	return { isForced: locals.signedIn?.mustChangePassword ?? false };
};

export const actions: Actions = {
	default: (event) =>
		askAct(event, { schema: passwordChangeSchema, secrets: ['password'] }, (input, sessionId) =>
			event.locals.services.account.askPassword(event.locals.actor, sessionId, input)
		)
};
