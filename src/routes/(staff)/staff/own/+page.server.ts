import { error, redirect } from '@sveltejs/kit';
import { ownContractSchema } from '#lib/domain/accounts/staff.schema.ts';
import { readForm, runForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => {
	const named = await locals.services.staffOwnContracts.list(locals.actor);
	if (!named.ok) error(statusOf(named.error), 'own contracts');
	return { numbers: named.value, isDone: url.searchParams.get('done') === 'named' };
};

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: ownContractSchema, secrets: [] },
			({ policyNumber }) => locals.services.staffOwnContracts.name(locals.actor, policyNumber)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff/own?done=named');
	}
};
