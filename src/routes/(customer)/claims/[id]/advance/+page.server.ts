import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoadEvent } from './$types';

export async function load({ locals, params }: PageServerLoadEvent) {
	const advance = await locals.services.advances.view(locals.actor, params.id);
	if (!advance.ok) error(statusOf(advance.error), 'claim');
	return { advance: advance.value };
}

export const actions: Actions = {
	default: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.advances.ask(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/claims/${params.id}?done=advance-asked`);
	}
};
