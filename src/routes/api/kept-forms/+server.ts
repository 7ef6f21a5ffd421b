import { json } from '@sveltejs/kit';
import { keptFormSchema } from '#lib/domain/accounts/kept-form.ts';
import { readSessionToken } from '#lib/server/edge/session-cookie.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

/** Takes what stands in a form whose session is about to end, or has just ended. Answers nothing else. */
export const POST: RequestHandler = async ({ request, locals, cookies }) => {
	const form = await readJson(request, keptFormSchema);
	if (!form.ok) return answerJson(form);
	const token = readSessionToken(cookies);
	const isKept = token !== null && (await locals.services.keptForms.keep(token, form.value));
	return json({ isKept });
};
