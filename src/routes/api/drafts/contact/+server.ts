import { contactSchema } from '#lib/domain/claims/draft-snapshot.ts';
import { browserOf } from '#lib/server/edge/session-cookie.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** What this device has; answered with what it should have and what has vanished from it. */
export async function POST({ cookies, locals, request }: RequestEvent) {
	const asked = await readJson(request, contactSchema);
	if (!asked.ok) return answerJson(asked);
	const { deviceToken } = browserOf(cookies);
	const { draftSnapshots } = locals.services;
	return answerJson(await draftSnapshots.contact(locals.actor, deviceToken, asked.value));
}
