import { error } from '@sveltejs/kit';
import { pickedSchema, pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { statusOf } from '#lib/server/http.ts';
import { askAct, sessionIdOf } from '#lib/server/edge/step-up.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	const { locals } = event;
	const devices = await locals.services.account.listDevices(locals.actor, sessionIdOf(event));
	if (!devices.ok) error(statusOf(devices.error), 'devices');
	return devices.value;
};

const PICKED = { schema: pickedSchema, secrets: [] } as const;

export const actions: Actions = {
	endSession: (event) =>
		askAct(event, PICKED, ({ picked }, sessionId) =>
			event.locals.services.account.askEndSession(event.locals.actor, sessionId, picked)
		),
	endOthers: (event) =>
		askAct(event, { schema: pressedSchema, secrets: [] }, (_, sessionId) =>
			event.locals.services.account.askEndOthers(event.locals.actor, sessionId)
		),
	forgetDevice: (event) =>
		askAct(event, PICKED, ({ picked }, sessionId) =>
			event.locals.services.account.askForgetDevice(event.locals.actor, sessionId, picked)
		)
};
