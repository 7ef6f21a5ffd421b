import { answerJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** Makes the claim. A replay answers the same receipt. */
export async function POST({ locals, params }: RequestEvent) {
	const state = await locals.services.submissions.commit(locals.actor, params.id);
	if (state.ok) locals.services.sendMailsAfterAnswer();
	return answerJson(state);
}
