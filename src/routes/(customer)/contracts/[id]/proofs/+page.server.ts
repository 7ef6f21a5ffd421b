import { error, redirect } from '@sveltejs/kit';
import { MAX_FILE_BYTES } from '#lib/domain/claims/claim.schema.ts';
import { proofIdSchema } from '#lib/domain/contracts/proof.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { readFileForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const view = await locals.services.proofs.show(locals.actor, params.id);
	if (!view.ok) error(statusOf(view.error), 'contract');
	return { ...view.value, done: wordOf(url, 'done', ['handed-in']) };
};

export const actions: Actions = {
	/** Hands in the file of one proof, which the address names: a body too large has no fields. */
	answer: async ({ request, locals, params, url }) => {
		const { file, isTooLarge } = await readFileForm(request, MAX_FILE_BYTES);
		const form = await runForm(
			{ proof: url.searchParams.get('proof') ?? '' },
			{ schema: proofIdSchema, secrets: [] },
			({ proof }) =>
				isTooLarge
					? Promise.resolve(failed('invalid', 'portal/invalid-input', { file: 'file-too-large' }))
					: locals.services.proofs.handIn(locals.actor, params.id, proof, file)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/contracts/${params.id}/proofs?done=handed-in`);
	}
};
