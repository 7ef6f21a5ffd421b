import { redirect } from '@sveltejs/kit';
import { linkSchema } from '#lib/domain/contracts/contract.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: linkSchema, secrets: [] },
			(input) => locals.services.contracts.link(locals.actor, input)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/contracts/${form.value.contractId}?linked=1`);
	}
};
