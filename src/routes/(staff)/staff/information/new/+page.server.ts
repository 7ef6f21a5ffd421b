import { redirect } from '@sveltejs/kit';
import { reasonsOf } from '#lib/domain/messages/information.ts';
import { cardFormSchema } from '#lib/domain/messages/information.schema.ts';
import { ok } from '#lib/domain/result.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

const FORM = { schema: cardFormSchema, secrets: [] };

export const actions: Actions = {
	/** Step one: the card in both languages, and how many people it reaches. */
	preview: async ({ request, locals }) => {
		const values = await readForm(request);
		const form = await runForm(values, FORM, async (draft) => {
			const reach = await locals.services.information.reach(locals.actor, draft);
			if (!reach.ok) return reach;
			const { kind, words, rule } = draft;
			return ok({ card: { kind, words, reasons: reasonsOf(rule) }, reach: reach.value });
		});
		if (!form.ok) return form.failure;
		return { values, issues: {}, code: null, preview: form.value };
	},

	/** Back from step two, with everything typed. */
	edit: async ({ request }) => ({
		values: await readForm(request),
		issues: {},
		code: null,
		preview: null
	}),

	publish: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), FORM, (draft) =>
			locals.services.information.publish(locals.actor, draft)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/information?done=published');
	}
};
