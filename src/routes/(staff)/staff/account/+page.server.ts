import { error } from '@sveltejs/kit';
import { SENSITIVE_ACTS } from '#lib/domain/accounts/sensitive-acts.ts';
import { passkeyActions } from '#lib/server/edge/step-up.actions.ts';
import { statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const passkeys = await locals.services.passkeys.list(locals.actor);
	if (!passkeys.ok) error(statusOf(passkeys.error), 'account');
	return { passkeys: passkeys.value, done: wordOf(url, 'done', SENSITIVE_ACTS) };
};

export const actions: Actions = {
	add: (event) => passkeyActions.add(event),
	remove: (event) => passkeyActions.remove(event)
};
