import { redirect } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import { forgetSession } from '#lib/server/edge/session-cookie.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: pressedSchema, secrets: [] },
			() => locals.services.account.disown(locals.actor)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		forgetSession(cookies);
		redirect(303, '/signed-out?why=not-me');
	}
};
