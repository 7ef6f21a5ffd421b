import { error, redirect } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const account = await locals.services.account.show(locals.actor);
	if (!account.ok) error(statusOf(account.error), 'account');
	return { account: account.value, done: url.searchParams.get('done') };
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
