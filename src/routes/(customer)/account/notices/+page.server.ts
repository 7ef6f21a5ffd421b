import { error, redirect } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { actor, signedIn, services } = locals;
	const settings = await services.push.settings(actor, signedIn?.sessionId ?? '');
	if (!settings.ok) error(statusOf(settings.error), 'notices');
	return { ...settings.value, done: wordOf(url, 'done', ['on', 'off', 'all']) };
};

export const actions: Actions = {
	endAll: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: pressedSchema, secrets: [] },
			() => locals.services.push.switchOffEverywhere(locals.actor)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/account/notices?done=all');
	}
};
