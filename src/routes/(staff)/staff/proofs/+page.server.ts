import { error, redirect } from '@sveltejs/kit';
import { proofIdSchema } from '#lib/domain/contracts/proof.schema.ts';
import { ok } from '#lib/domain/result.ts';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const FORM = { schema: proofIdSchema, secrets: [] };
const DONE = ['asked', 'accepted', 'returned', 'withdrawn', 'released'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
	const lists = await locals.services.proofDesk.list(locals.actor);
	if (!lists.ok) error(statusOf(lists.error), 'proofs');
	return { ...lists.value, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	take: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), FORM, async ({ proof }) => {
			const taken = await locals.services.proofDesk.take(locals.actor, proof);
			return taken.ok ? ok(proof) : taken;
		});
		if (!form.ok) return form.failure;
		redirect(303, `/staff/proofs/${form.value}`);
	},

	release: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), FORM, ({ proof }) =>
			locals.services.proofDesk.release(locals.actor, proof)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/proofs?done=released');
	}
};
