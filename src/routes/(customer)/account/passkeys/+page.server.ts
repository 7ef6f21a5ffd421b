import { error } from '@sveltejs/kit';
import { passkeyLabelSchema, passkeyPickedSchema } from '#lib/domain/accounts/passkey.schema.ts';
import { askAct } from '#lib/server/edge/step-up.actions.ts';
import { statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals }) => {
	const passkeys = await locals.services.passkeys.list(locals.actor);
	if (!passkeys.ok) error(statusOf(passkeys.error), 'passkeys');
	return { passkeys: passkeys.value };
};

export const actions: Actions = {
	add: (event) =>
		askAct(event, { schema: passkeyLabelSchema, secrets: [] }, (input, sessionId) =>
			event.locals.services.passkeys.askAdd(event.locals.actor, sessionId, input)
		),
	remove: (event) =>
		askAct(event, { schema: passkeyPickedSchema, secrets: [] }, (input, sessionId) =>
			event.locals.services.passkeys.askRemove(event.locals.actor, sessionId, input)
		)
};
