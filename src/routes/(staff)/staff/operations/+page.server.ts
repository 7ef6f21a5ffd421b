import { error, redirect } from '@sveltejs/kit';
import { may } from '#lib/domain/actor.ts';
import { mailAgainSchema, mailGiveUpSchema } from '#lib/domain/operations/jobs.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['again', 'given-up'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const operations = await locals.services.operations.show(locals.actor);
	if (!operations.ok) error(statusOf(operations.error), 'operations');
	return {
		...operations.value,
		mayMend: may(locals.actor.role, 'operations/mend'),
		mayImport: may(locals.actor.role, 'contract/import'),
		mayManageTokens: may(locals.actor.role, 'token/manage'),
		done: wordOf(url, 'done', DONE)
	};
};

export const actions: Actions = {
	again: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailAgainSchema, secrets: [] },
			({ mail }) => locals.services.operations.tryMailAgain(locals.actor, mail)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/operations?done=again');
	},

	giveUp: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailGiveUpSchema, secrets: [] },
			({ mail, reason }) => locals.services.operations.giveMailUp(locals.actor, mail, reason)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/operations?done=given-up');
	}
};
