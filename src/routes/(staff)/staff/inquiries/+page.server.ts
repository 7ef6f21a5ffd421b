import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { ok } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const FORM = { schema: v.object({ id: v.pipe(v.string(), v.uuid('invalid')) }), secrets: [] };

export const load: PageServerLoad = async ({ locals, url }) => {
	const list = await locals.services.inquiryDesk.list(locals.actor);
	if (!list.ok) error(statusOf(list.error), 'inquiries');
	return { ...list.value, done: wordOf(url, 'done', ['answered', 'released']) };
};

export const actions: Actions = {
	take: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), FORM, async ({ id }) => {
			const taken = await locals.services.inquiryDesk.take(locals.actor, id);
			return taken.ok ? ok(id) : taken;
		});
		if (!form.ok) return form.failure;
		redirect(303, `/staff/inquiries/${form.value}`);
	},

	release: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), FORM, ({ id }) =>
			locals.services.inquiryDesk.release(locals.actor, id)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/inquiries?done=released');
	}
};
