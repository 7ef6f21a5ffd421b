import { answerJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** The key of the drafts on this person's devices; made at the first call. */
export async function POST({ locals }: RequestEvent) {
	return answerJson(await locals.services.vault.open(locals.actor));
}
