import { error, redirect } from '@sveltejs/kit';
import { newTokenSchema, tokenIdSchema } from '#lib/domain/operations/service-token.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['revoked'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const tokens = await locals.services.serviceTokens.list(locals.actor);
	if (!tokens.ok) error(statusOf(tokens.error), 'tokens');
	return { tokens: tokens.value, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	/** No redirect: the answer is the one page that ever shows the token. */
	create: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: newTokenSchema, secrets: [] },
			(input) => locals.services.serviceTokens.create(locals.actor, input)
		);
		if (!form.ok) return form.failure;
		return { values: {}, issues: {}, code: null, created: form.value };
	},

	revoke: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: tokenIdSchema, secrets: [] },
			({ token }) => locals.services.serviceTokens.revoke(locals.actor, token)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/operations/tokens?done=revoked');
	}
};
