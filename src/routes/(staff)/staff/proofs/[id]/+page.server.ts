import { error, redirect } from '@sveltejs/kit';
import { pressedSchema } from '#lib/domain/accounts/account.schema.ts';
import { returnProofSchema } from '#lib/domain/contracts/proof.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, params }) => {
	const proof = await locals.services.proofDesk.open(locals.actor, params.id);
	if (!proof.ok) error(statusOf(proof.error), 'proof');
	return { proof: proof.value };
};

const PRESSED = { schema: pressedSchema, secrets: [] };

export const actions: Actions = {
	accept: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), PRESSED, () =>
			locals.services.proofDesk.accept(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/proofs?done=accepted');
	},

	giveBack: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: returnProofSchema, secrets: [] },
			({ fault }) => locals.services.proofDesk.giveBack(locals.actor, params.id, fault)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, '/staff/proofs?done=returned');
	},

	withdraw: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), PRESSED, () =>
			locals.services.proofDesk.withdraw(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/proofs?done=withdrawn');
	}
};
