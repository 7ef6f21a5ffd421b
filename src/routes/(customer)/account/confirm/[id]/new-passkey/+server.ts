import { sessionIdOf } from '#lib/server/edge/step-up.actions.ts';
import { answerJson } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = async (event) => {
	const { locals, params } = event;
	return answerJson(
		await locals.services.stepUp.offerNewPasskey(locals.actor, sessionIdOf(event), params.id)
	);
};
