import { pushEndSchema } from '#lib/domain/messages/push.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** Nothing is sent to this browser any more. */
export async function POST({ request, locals }: RequestEvent) {
	const asked = await readJson(request, pushEndSchema);
	if (!asked.ok) return answerJson(asked);
	return answerJson(await locals.services.push.switchOff(locals.actor, asked.value.endpoint));
}
