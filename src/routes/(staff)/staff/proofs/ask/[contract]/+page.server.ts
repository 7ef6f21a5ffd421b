import { error, redirect } from '@sveltejs/kit';
import { askProofSchema } from '#lib/domain/contracts/proof.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const view = await locals.services.proofDesk.askForm(locals.actor, params.contract);
	if (!view.ok) error(statusOf(view.error), 'contract');
	return view.value;
};

export const actions: Actions = {
	default: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: askProofSchema, secrets: [] },
			(input) => locals.services.proofDesk.ask(locals.actor, params.contract, input)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/proofs?done=asked');
	}
};
