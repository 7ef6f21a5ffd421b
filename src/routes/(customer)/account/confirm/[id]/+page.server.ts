import { confirmAct, sessionIdOf } from '#lib/server/edge/step-up.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	const { locals, params } = event;
	const view = await locals.services.stepUp.show(locals.actor, sessionIdOf(event), params.id);
	return { id: params.id, view: view.ok ? view.value : null };
};

export const actions: Actions = {
	default: (event) => confirmAct(event, event.params.id)
};
