import { answerJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** The drafts that the owner's devices have left here: numbers and times. */
export async function GET({ locals }: RequestEvent) {
	return answerJson(await locals.services.draftSnapshots.list(locals.actor));
}
