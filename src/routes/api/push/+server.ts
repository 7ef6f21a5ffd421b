import { pushSubscriptionSchema } from '#lib/domain/messages/push.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** From now on the browser of this session is told of news. */
export async function POST({ request, locals }: RequestEvent) {
	const asked = await readJson(request, pushSubscriptionSchema);
	if (!asked.ok) return answerJson(asked);
	const { actor, signedIn, services } = locals;
	return answerJson(await services.push.switchOn(actor, signedIn?.sessionId ?? '', asked.value));
}
