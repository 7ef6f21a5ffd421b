import { answerJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** What a device keeps, encrypted, so that a claim can be filled in with no network. */
export async function GET({ locals }: RequestEvent) {
	return answerJson(await locals.services.contracts.listForDevice(locals.actor));
}
