import { error, redirect } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { SENSITIVE_ACTS } from '#lib/domain/accounts/sensitive-acts.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = [...SENSITIVE_ACTS, 'email/cancel'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const account = await locals.services.account.show(locals.actor);
	if (!account.ok) error(statusOf(account.error), 'account');
	return { account: account.value, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	cancelEmail: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: pressedSchema, secrets: [] },
			() => locals.services.account.cancelEmail(locals.actor)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/account?done=email/cancel');
	}
};
