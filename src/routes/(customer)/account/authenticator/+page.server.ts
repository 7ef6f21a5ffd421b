import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { askAct } from '#lib/server/edge/step-up.actions.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: (event) =>
		askAct(event, { schema: pressedSchema, secrets: [] }, (_, sessionId) =>
			event.locals.services.account.askAuthenticator(event.locals.actor, sessionId)
		)
};
