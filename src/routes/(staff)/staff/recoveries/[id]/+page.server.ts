import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

const STEPS = ['check', 'approve', 'refuse'] as const;

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const found = await locals.services.recoveryDesk.view(locals.actor, params.id);
	if (!found.ok) error(statusOf(found.error), 'recovery');
	return { found: found.value, done: wordOf(url, 'done', STEPS) };
};

const STEP = { schema: v.object({}), secrets: [] };

/** A step of the case has no fields: who acts and on what is all there is to say. */
async function take({ request, locals, params }: RequestEvent, step: (typeof STEPS)[number]) {
	const form = await runForm(await readForm(request), STEP, () =>
		locals.services.recoveryDesk[step](locals.actor, params.id)
	);
	if (!form.ok) return form.failure;
	locals.services.sendMailsAfterAnswer();
	redirect(303, `/staff/recoveries/${params.id}?done=${step}`);
}

export const actions: Actions = {
	check: (event) => take(event, 'check'),
	approve: (event) => take(event, 'approve'),
	refuse: (event) => take(event, 'refuse')
};
